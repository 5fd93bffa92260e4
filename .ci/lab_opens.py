"""`make lab` on a fresh clone sets up, opens, serves its page, ends when asked. Looks no further than that page."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterable


def main() -> None:
    """Raises or exits with a sentence where anything of it fails."""
    command = ["make", "--silent", "lab", "LAB_ARGS=--no-browser --json --port 0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as lab:
        assert lab.stdout is not None
        try:
            said = json.loads(first_document(lab.stdout))
            browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())  # the token becomes a cookie
            for address, element in ((said["url"], "ls-home"), (said["url"].replace("/?", "/lab.html?"), "ls-lab")):
                with browser.open(address, timeout=30) as answer:
                    page = answer.read().decode()
                assert f"<{element}>" in page, f"the page has no {element}: {page[:200]}"
                print(f"make lab: {element} stands at port {said['port']}, {len(page):,} characters")
        finally:
            os.killpg(lab.pid, signal.SIGINT)
            status = lab.wait(timeout=30)
    if status not in (0, 2, -signal.SIGINT):  # make itself says 2 for an interrupted command
        sys.exit(f"make lab ended with status {status} when it was interrupted")


def first_document(lines: Iterable[str]) -> str:
    """The lines from the first that begins a JSON object to the one that ends it."""
    taken: list[str] = []
    for line in lines:
        taken += [line] if taken or line.startswith("{") else []
        if taken and line.rstrip().endswith("}"):
            return "".join(taken)
    sys.exit("make lab ended before it said where its page is")


if __name__ == "__main__":
    main()
