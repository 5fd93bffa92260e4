"""A page's frame as it was built, filled with a title, a head and a body; and the files it needs. Builds nothing."""

from __future__ import annotations

import html
from pathlib import Path

from ..errors import mistake

SHELL, HOME = "post.html", "index.html"
PLACES = ("<!--title-->", "<!--head-->", "<!--body-->")


def read_shell(built: Path) -> str:
    """`post.html` in the folder that the build fills. Raises `UserMistake` where it was not built."""
    path = built / SHELL
    if not path.is_file():
        raise mistake("the page", str(path), "a page that has been built", "Run make page in loopscope's folder first.")
    return path.read_text(encoding="utf-8")


def filled_home(built: Path, title: str, head: str, body: str) -> str:
    """`index.html` with these; `body` is what it says where no script runs. Raises likewise."""
    path = built / HOME
    if not path.is_file():
        raise mistake("the page", str(path), "a page that has been built", "Run make page in loopscope's folder first.")
    shell = path.read_text(encoding="utf-8").replace("<title>loopscope</title>", f"<title>{PLACES[0]}</title>")
    return filled(shell, title, head, body)


def filled(shell: str, title: str, head: str, body: str) -> str:
    """The shell with these in their places. `title` is text, the others are HTML."""
    for place, said in zip(PLACES, (html.escape(title), head, body), strict=True):
        assert place in shell, f"the shell has no {place}"
        before, _, after = shell.partition(place)
        shell = before + said + after
    return shell


def files_of(built: Path, page: str) -> list[Path]:
    """The files of the build that a page needs, and those that they need: whatever they name that is there."""
    there = {path.name: path for path in sorted((built / "assets").glob("*")) if path.is_file()}
    wanted, look = set[str](), [page]
    while look:
        text = look.pop()
        new = {name for name in there if name not in wanted and name in text}
        wanted |= new
        look += [there[name].read_text(encoding="utf-8") for name in new if there[name].suffix in (".js", ".css")]
    return [there[name] for name in sorted(wanted)]
