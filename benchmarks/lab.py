"""The claim: the lab keeps up with TensorFlow Playground's default, answers a hand at once, and opens at once.

Times a whole page in a headless Chromium that draws without a graphics card, beside its server and worker.
"""

from __future__ import annotations

import gzip
import re
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from loopscope.server.settings import PAGE

from . import lab_page
from .effort import Effort
from .figure import Figure
from .lab_page import BATCHES, PLAYGROUND, Lab
from .measuring import FEWEST, Estimate

SIZE = (1280, 800)
EPOCHS_A_SECOND, FRAMES_A_SECOND = 60.0, 60.0
CONTROL_MS, CONTROL_95_MS = 50.0, 100.0
READY_MS, FIRST_FRAME_MS, SCRIPT_KB = 1500.0, 3000.0, 300.0


def measure(effort: Effort) -> list[Figure]:
    """Pace, then the hand on a control while it plays, then opening."""
    with lab_page.chromium() as browser:
        with lab_page.served() as lab:
            with lab_page.opened(browser, lab, PLAYGROUND, SIZE) as page:
                page.get_by_role("button", name="play", exact=True).click()
                paces = pace(page, effort.count(20, FEWEST), effort.seconds(3))
                answers = answered(page, effort.count(60, 10))
            ready = [page_ready(browser, lab) for _ in range(effort.count(15, FEWEST))]
        first = [first_frame(browser) for _ in range(effort.count(FEWEST, FEWEST))]
    return [*paces, *answers, *openings(ready, first), script()]


def pace(page: Page, spans: int, seconds: float) -> list[Figure]:
    """Epochs and drawn frames a second, over several spans of time."""
    epochs, frames = [], []
    for _ in range(spans):
        begun, steps, drawn = time.perf_counter(), lab_page.step(page), count(page)
        page.wait_for_timeout(seconds * 1000)
        took = time.perf_counter() - begun
        epochs.append((lab_page.step(page) - steps) / BATCHES / took)
        frames.append((count(page) - drawn) / took)
    note = f"250 rows in batches of 10, every unit's map shown, page of {SIZE[0]} × {SIZE[1]}"
    return [
        Figure("epochs a second", "", Estimate.of(epochs), "/s", EPOCHS_A_SECOND, note, at_least=True),
        Figure("frames drawn a second", "", Estimate.of(frames), "/s", FRAMES_A_SECOND, "meanwhile", at_least=True),
    ]


def count(page: Page) -> int:
    """Frames drawn so far."""
    return int(page.evaluate("() => stopwatch.drawn.length"))


def answered(page: Page, moves: int) -> list[Figure]:
    """From a key on the learning rate's slider to the first frame drawn after the worker has taken it over."""
    slider = page.get_by_role("slider", name="learning rate")
    slider.focus()
    for move in range(moves):
        done = int(page.evaluate("() => stopwatch.answered.length"))
        page.keyboard.press("ArrowRight" if move % 2 else "ArrowLeft")
        page.wait_for_function("done => stopwatch.answered.length > done", arg=done)
    took = np.array(page.evaluate("() => stopwatch.answered"))
    late = Estimate.exactly(float(np.quantile(took, 0.95)))
    note = f"{len(took)} moves while it plays"
    return [
        Figure("control moved → first frame that shows it", "", Estimate.of(took), "ms", CONTROL_MS, note),
        Figure("the same, 95th percentile", "", late, "ms", CONTROL_95_MS, note),
    ]


def page_ready(browser: Browser, lab: Lab) -> float:
    """Milliseconds from navigation until every control stands, in a browser that knows nothing of the page."""
    context = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]})
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(lab.page)
    page.get_by_role("slider", name="learning rate").wait_for()
    took = (time.perf_counter() - begun) * 1e3
    page.wait_for_function("() => location.hash.includes('session=')")
    context.request.delete(f"{lab.base}/api/sessions/{lab_page.session(page)}")
    context.close()
    return took


def first_frame(browser: Browser) -> tuple[float, float]:
    """Milliseconds from the command to the page's first drawn frame, and to the served page."""
    begun = time.perf_counter()
    with lab_page.served() as lab, lab_page.opened(browser, lab, PLAYGROUND, SIZE):
        return (time.perf_counter() - begun) * 1e3, lab.seconds * 1e3


def openings(ready: list[float], first: list[tuple[float, float]]) -> list[Figure]:
    """How long one waits."""
    frames, servers = zip(*first, strict=True)
    note = f"torch's own import included; the server answers after {np.median(servers):.0f} ms"
    return [
        Figure("page ready", "", Estimate.of(ready), "ms", READY_MS, "every control stands"),
        Figure("loopscope → first live frame", "", Estimate.of(frames), "ms", FIRST_FRAME_MS, note),
    ]


def script() -> Figure:
    """Compressed JavaScript of the page before any view is opened that loads its own."""
    first = set(re.findall(r'(?:src|href)="([^"]+\.js)"', (PAGE / "lab.html").read_text()))
    size = sum(compressed(PAGE / name) for name in first) / 1e3
    rest = sum(compressed(each) for each in PAGE.rglob("*.js")) / 1e3
    note = f"{rest:.0f} kB with every view, the 3-D one too"
    return Figure("JavaScript, gzip", "", Estimate.exactly(size), "kB", SCRIPT_KB, note)


def compressed(file: Path) -> int:
    """Bytes of a file as a server would send it."""
    return len(gzip.compress(file.read_bytes(), 6))
