"""The way from the terminal to the page, on which nobody else sees the token. Serves nothing.

A command line is shown to every user of the machine, a file of one's own is not: the browser is given the name of a
file that leads on to the link.
"""

from __future__ import annotations

import html
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ..store.files import make_home

KEPT_S = 60.0
"""By then a browser has read the file, or the person has opened the link by hand."""
PAGE = """<!doctype html><meta charset="utf-8"><title>loopscope</title>
<meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url={url}">
<p><a href="{url}">Open the lab</a></p>
"""


@contextmanager
def opened(url: str, home: Path, port: int) -> Generator[None, None, None]:
    """Lead a browser to `url`, where there is one with windows and the home can be written; clean up at the end."""
    page = _page(url, home, port) if _has_windows() else None
    if page is None:
        yield
        return
    import threading
    import webbrowser

    forget = threading.Timer(KEPT_S, page.unlink, kwargs={"missing_ok": True})
    forget.daemon = True
    forget.start()
    threading.Thread(target=webbrowser.open, args=(page.as_uri(),), daemon=True).start()
    try:
        yield
    finally:
        forget.cancel()
        page.unlink(missing_ok=True)


def _page(url: str, home: Path, port: int) -> Path | None:
    """The file that leads to `url`; None where none can be written, as the link is in the terminal anyway.

    Who listens at the port is alone there: a file of that name was left by a lab that was killed.
    """
    page = home.absolute() / f"open-{port}.html"
    try:
        make_home(page.parent)
        page.unlink(missing_ok=True)
        descriptor = os.open(page, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(PAGE.format(url=html.escape(url)))
    return page


def _has_windows() -> bool:
    """A browser that lives in a terminal would take the terminal over."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    return named or sys.platform in ("win32", "darwin")
