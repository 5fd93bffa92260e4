"""The claim: eight people at once keep ten frames a second each, and a ninth is told to wait. Knows no single page."""

from __future__ import annotations

import time
from contextlib import ExitStack

import numpy as np

from . import lab_page
from .effort import Effort
from .figure import Figure
from .lab import count
from .lab_page import PLAYGROUND
from .measuring import Estimate

SESSIONS = 8
FRAMES_A_SECOND = 10.0
SIZE = (900, 700)
REFUSED = 503


def measure(effort: Effort) -> list[Figure]:
    """Eight pages of one server play together, all in one browser on the same processors."""
    with lab_page.chromium() as browser, lab_page.served() as lab, ExitStack() as stack:
        pages = [stack.enter_context(lab_page.opened(browser, lab, PLAYGROUND, SIZE)) for _ in range(SESSIONS)]
        for page in pages:
            page.get_by_role("button", name="play", exact=True).click()
        before, steps, begun = (
            [count(page) for page in pages],
            [lab_page.step(page) for page in pages],
            time.perf_counter(),
        )
        pages[0].wait_for_timeout(effort.seconds(30) * 1000)
        ninth = pages[0].context.request.post(f"{lab.base}/api/sessions", data={"experiments": [PLAYGROUND]})
        took = time.perf_counter() - begun
        refusal = ninth.json() if ninth.status == REFUSED else {}
        frames = [(count(page) - was) / took for page, was in zip(pages, before, strict=True)]
        paces = [(lab_page.step(page) - was) / took for page, was in zip(pages, steps, strict=True)]
    assert ninth.status == REFUSED, f"the ninth session was answered with {ninth.status}"
    note = f"least of {SESSIONS}; {np.median(paces):.0f} steps a second in the median; the ninth: {refusal['problem']}"
    slowest = Estimate.exactly(min(frames))
    return [
        Figure("frames drawn a second, 8 sessions", "", slowest, "/s", FRAMES_A_SECOND, note, at_least=True),
        Figure("the same, median of the eight", "", Estimate.of(frames), "/s"),
    ]
