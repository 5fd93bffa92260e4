"""A browser and a lab for the tests: Debian's Chromium or the one that LOOPSCOPE_BROWSER names, each started once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from benchmarks.lab_page import ARGUMENTS, browser_path, document
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from browser.lab_page import LabPage
from browser.place import Place, small
from browser.pool import Pool
from browser.visits import Visits
from loopscope.server.settings import PAGE

PATIENCE_MS = 30_000
"""How long something seen may take to come; a busy machine takes its time."""
HOW = "apt-get install chromium, or set LOOPSCOPE_BROWSER to the path of a Chromium"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a process; without one they are skipped, or fail where CI requires them."""
    path = browser_path()
    if path is None:
        if os.environ.get("LOOPSCOPE_BROWSER_TESTS") == "required":
            pytest.fail(f"no browser, and LOOPSCOPE_BROWSER_TESTS is required: {HOW}")
        pytest.skip(f"no browser: {HOW}")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """`loopscope lab`, served to all tests of a process, with a home of its own."""
    if not (PAGE / "index.html").exists():
        pytest.fail("the page is not built: make page")
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "loopscope", "lab", "--no-browser", "--json", "--port", "0", "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = json.loads(document(process.stdout))
        with ThreadPoolExecutor() as ending:
            yield Place(said["url"], said["token"], home, ending)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) in (0, 130), "the lab did not end when it was interrupted"


@pytest.fixture(scope="session")
def pool(lab: Place) -> Iterator[Pool]:
    """Sessions that tests hand on to each other."""
    pool = Pool(lab)
    yield pool
    pool.empty()


@pytest.fixture
def visits(browser: Browser, lab: Place, pool: Pool) -> Iterator[Visits]:
    """Whoever comes to the lab in a test. Sessions end with it, and what a page complained of fails it."""
    visits = Visits(browser, pool, PATIENCE_MS)
    yield visits
    visits.end()
    assert not visits.complaints, "\n".join(visits.complaints)


@pytest.fixture
def visitor(visits: Visits) -> BrowserContext:
    """Somebody who has seen the tour before."""
    return visits.visitor()


@pytest.fixture
def settings() -> Sequence[str]:
    """What a test's experiment has other than the small one, as `--set` takes it; parametrize it."""
    return ()


@pytest.fixture
def page(visitor: BrowserContext, pool: Pool, settings: Sequence[str]) -> LabPage:
    """The lab as it opens, paused and ready at step 0, with a small experiment of a name of its own."""
    return LabPage(visitor.new_page(), pool, small(*settings)).open()
