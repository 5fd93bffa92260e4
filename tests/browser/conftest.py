"""A browser for the tests: Debian's Chromium or the one that LOOPSCOPE_BROWSER names. Starts it once a session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()
