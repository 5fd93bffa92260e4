"""The claim: 30 minutes of training grow neither the page's nor the worker's memory by more than 20 %."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import CDPSession

from . import lab_page
from .effort import Effort
from .figure import Figure
from .lab_page import PLAYGROUND
from .measuring import Estimate

MINUTES = 30.0
SETTLED = 0.1
"""Share of the time after which caches are full and growth counts."""
GOAL = 1.2
SIZE = (1280, 800)


def measure(effort: Effort) -> list[Figure]:
    """One page plays all the time; its heap is collected before it is read."""
    seconds = effort.seconds(MINUTES * 60)
    with (
        lab_page.chromium() as browser,
        lab_page.served() as lab,
        lab_page.opened(browser, lab, PLAYGROUND, SIZE) as page,
    ):
        worker = lab_page.worker(page, lab)
        tools = page.context.new_cdp_session(page)
        page.get_by_role("button", name="play", exact=True).click()
        page.wait_for_timeout(seconds * SETTLED * 1000)
        before = heap_mb(tools), lab_page.resident_mb(worker), lab_page.resident_mb(lab.pid)
        page.wait_for_timeout(seconds * (1 - SETTLED) * 1000)
        after = heap_mb(tools), lab_page.resident_mb(worker), lab_page.resident_mb(lab.pid)
        steps = lab_page.step(page)
    return [
        grown(what, a, b, f"{a:.0f} → {b:.0f} MB, {seconds / 60:.0f} minutes, {steps:,} steps")
        for what, a, b in zip(("page's heap", "worker", "server"), before, after, strict=True)
    ]


def grown(what: str, before: float, after: float, note: str) -> Figure:
    """Memory at the end against memory once settled."""
    goal = GOAL if what != "server" else None
    return Figure(f"{what} after training", "itself once settled", Estimate.exactly(after / before), "×", goal, note)


def heap_mb(tools: CDPSession) -> float:
    """What the page's script holds, garbage collected."""
    tools.send("HeapProfiler.collectGarbage")
    usage: dict[str, Any] = tools.send("Runtime.getHeapUsage")
    return float(usage["usedSize"]) / 2**20
