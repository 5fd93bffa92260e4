"""What is printed at the author's desk: remarks, what was laid out, which cells were run. Finds nothing itself."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import screen

if TYPE_CHECKING:
    from ..course.desk.begin import Begun
    from ..course.desk.remark import Remark
    from ..course.post import Post
    from ..course.series import Series
    from ..server.settings import Settings


def told(post: Post, series: Series | None, remarks: Sequence[Remark], ran: bool) -> None:
    """Each remark as compilers have them, so that editors find the line; then how many."""
    out = screen.console()
    path = near(post.path)
    for each in remarks:
        out.print(f"{path}:{each.line}: [{each.rule}] {each.says}", markup=False, highlight=False, soft_wrap=True)
    if remarks:
        out.print(f"{screen.count(len(remarks), 'remark')}.")
    else:
        done = "Read and run: nothing to mend." if ran else "Read, and not run: nothing to mend."
        out.print(f"{path}: {done}", markup=False, soft_wrap=True)
    if series is None:
        out.print("It lies in no series: structure, length, terms and other posts were not looked at.", style="dim")


def begun(laid: Begun, written: Sequence[Path], series: Path) -> None:
    """After `new`: what was written, and what comes next."""
    out = screen.console()
    for path in written:
        out.print(f"wrote {near(path)}", markup=False, highlight=False, soft_wrap=True)
    post = str(near(laid.folder / "post.md"))
    names = [Path(path).parts[1] for path in laid.files if path.startswith("exercises/")]
    proof = [("exercises", "dev", "check", f"{laid.number}/{names[0]}", "--series", str(near(series)))] if names else []
    screen.next_commands(out, ("post", "preview", post), ("post", "check", post, "--fast"), *proof)


def serve_written(
    number: str, settings_of: Callable[[str], Settings], port: str, no_browser: bool, as_json: bool
) -> None:
    """Serve it on loopback, and say at each save which cells run."""
    from ..server.browser import opened
    from ..server.opening import listen
    from ..server.serving import serve
    from .lab import port_of, say_document, say_link, warn

    settings = settings_of(secrets.token_urlsafe(24))
    place = listen("127.0.0.1", wanted := port_of(port))
    url = place.link(settings.token, page=f"{number}.html")
    warn("127.0.0.1", wanted, place, loopback=True)
    say = (
        {"ready": partial(say_document, url, place, settings.token)}
        if as_json
        else {"begun": partial(say_link, url, "Save the file and the page loads anew. Ctrl-C ends it.")}
    )
    with _told_at_saves(), nullcontext() if no_browser or as_json else opened(url, settings.home, place.port):
        serve(place, settings, **say)


@contextmanager
def _told_at_saves() -> Generator[None, None, None]:
    """Print what the server says of cells."""
    said = logging.getLogger("loopscope.desk")
    printing = logging.StreamHandler()
    said.addHandler(printing)
    said.setLevel(logging.INFO)
    try:
        yield
    finally:
        said.removeHandler(printing)


def near(path: Path) -> Path:
    """As one would type it here."""
    here = Path.cwd().resolve()
    full = path.resolve()
    return full.relative_to(here) if full.is_relative_to(here) else full
