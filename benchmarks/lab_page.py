"""The lab in a headless Chromium, with a stop-watch on its socket. Knows no goal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PLAYGROUND = {
    "data": {"name": "circles", "samples": 500, "test_fraction": 0.5},
    "model": {"hidden": [4, 2], "activation": "tanh"},
    "training": {"optimizer": "sgd", "lr": 0.03, "batch_size": 10, "epochs": 1_000_000},
}
"""What TensorFlow Playground opens with: 500 points, half of them tested, 4 and 2 neurons, batches of 10."""
BATCHES = 25

WATCH = """
  window.stopwatch = { drawn: [], answered: [] };
  localStorage.setItem('loopscope.tour', 'seen');
  const kind = [0xa4, 0x6b, 0x69, 0x6e, 0x64, 0xa4, 0x6c, 0x61, 0x6e, 0x65];  // msgpack: "kind", "lane"
  const isLane = (bytes) => {
    const end = Math.min(bytes.length, 64);
    for (let at = 0; at < end; at++) if (kind.every((byte, i) => bytes[at + i] === byte)) return true;
    return false;
  };
  let waiting = null;
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', (event) => {
        if (waiting && isLane(new Uint8Array(event.data, 0, Math.min(200, event.data.byteLength)))) waiting.told = true;
      });
    }
    send(text) {
      const now = performance.now();
      if (text.includes('"drawn"')) {
        stopwatch.drawn.push(now);
        if (waiting && waiting.told) { stopwatch.answered.push(now - waiting.begun); waiting = null; }
      } else if (text.includes('"change"')) waiting = { begun: now, told: false };
      super.send(text);
    }
  };
"""


@dataclass
class Lab:
    """A running server."""

    url: str
    pid: int
    seconds: float
    """from the command to the answer that the page is served"""

    @property
    def base(self) -> str:
        return self.url.partition("/?")[0]

    @property
    def page(self) -> str:
        """The lab's own page; `url` is the home page's."""
        return self.url.replace("/?", "/lab.html?", 1)

    @property
    def token(self) -> str:
        return self.url.rpartition("token=")[2]


def browser_path() -> str | None:
    """Where a Chromium is: LOOPSCOPE_BROWSER, or Debian's."""
    return os.environ.get("LOOPSCOPE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def served() -> Iterator[Lab]:
    """`loopscope lab` with a home of its own, until the block ends."""
    with TemporaryDirectory() as home:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "loopscope", "lab", "--no-browser", "--json", "--port", "0", "--home", home]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            said: dict[str, Any] = json.loads(document(process.stdout))
            yield Lab(said["url"], said["pid"], time.perf_counter() - begun)
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, lab: Lab, experiment: dict[str, Any], size: tuple[int, int]) -> Iterator[Page]:
    """A page of the lab with this experiment, ready to play; its session is given back at the end."""
    from loopscope.experiment import to_link, validate

    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.add_init_script(f"if (location.port) {{ {WATCH} }}")
    page = context.new_page()
    page.goto(f"{lab.page}#e={to_link(validate(experiment))}")
    page.get_by_role("button", name="play", exact=True).wait_for()
    page.wait_for_function("() => stopwatch.drawn.length > 0")
    yield page
    context.request.delete(f"{lab.base}/api/sessions/{session(page)}")
    context.close()


def session(page: Page) -> str:
    """The session of a page, from its address."""
    return str(page.evaluate("() => new URLSearchParams(location.hash.slice(1)).get('session')"))


def step(page: Page) -> int:
    """The step that the page shows."""
    return int(page.locator("ls-transport dl dd").first.inner_text().replace(",", "") or 0)


def worker(page: Page, lab: Lab) -> int:
    """The process of a page's session."""
    return int(page.context.request.get(f"{lab.base}/api/sessions/{session(page)}").json()["worker"])


def resident_mb(pid: int) -> float:
    """Memory of a process as Linux counts it."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def document(lines: Iterable[str]) -> str:
    """What `--json` prints first: the lines up to the one that ends it."""
    taken: list[str] = []
    for line in lines:
        taken.append(line)
        if line.rstrip() == "}":
            return "".join(taken)
    raise RuntimeError("loopscope lab ended before it said where its page is")
