"""A browser for the tests: Debian's Chromium or the one that LOOPSCOPE_BROWSER names. Starts it once a session."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from browser.lab_page import LabPage
from loopscope.server.settings import PAGE

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_MS = 30_000
"""How long something seen may take to come; a busy machine takes its time."""
HOW = "apt-get install chromium, or set LOOPSCOPE_BROWSER to the path of a Chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str | None:
    """Where the browser is, by setting or by name."""
    return os.environ.get("LOOPSCOPE_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a process; without one they are skipped, or fail where CI requires them."""
    path = executable()
    if path is None:
        if os.environ.get("LOOPSCOPE_BROWSER_TESTS") == "required":
            pytest.fail(f"no browser, and LOOPSCOPE_BROWSER_TESTS is required: {HOW}")
        pytest.skip(f"no browser: {HOW}")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass(frozen=True)
class Server:
    """A lab of its own, as a person starts it."""

    url: str
    home: Path
    pid: int


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`loopscope lab`, served to all tests of a process, with a home of its own."""
    if not (PAGE / "index.html").exists():
        pytest.fail("the page is not built: make page")
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "loopscope", "lab", "--no-browser", "--json", "--port", "0", "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        said = json.loads("".join(takewhile_inclusive(lambda line: line.rstrip() != "}", lines)))
        yield Server(said["url"], home, said["pid"])
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) in (0, 130), "the lab did not end when it was interrupted"


def takewhile_inclusive(goes_on: Callable[[str], bool], lines: Iterator[str]) -> Iterator[str]:
    """The lines up to the first for which `goes_on` is false, that one included."""
    for line in lines:
        yield line
        if not goes_on(line):
            return


@pytest.fixture
def visitor(browser: Browser, lab: Server) -> Iterator[BrowserContext]:
    """Somebody who has opened the lab's link before and has seen the tour; whatever the page reports fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script("if (location.port) localStorage.setItem('loopscope.tour', 'seen')")
    faults: list[str] = []
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    yield context
    context.close()
    assert not faults, f"the page reported {faults}"


@pytest.fixture
def page(visitor: BrowserContext, lab: Server) -> LabPage:
    """The lab as it opens, paused and ready at step 0."""
    return LabPage(visitor.new_page(), lab.url).open()
