"""`loopscope learn [POST]`: the course's posts, how far one is, and one of them to read here. Executes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import document
from .options import Home, Json, examples
from .post import POST_HELP, SeriesDir, meant, posts_like

if TYPE_CHECKING:
    from ..course.series import Series

EPILOG = examples("loopscope learn", "loopscope learn 2.1", "loopscope learn --search fc1")


def learn(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[POST]", help=f"{POST_HELP} Without it: all of them.", autocompletion=posts_like),
    ] = None,
    search: Annotated[
        str | None, typer.Option("--search", metavar="WORDS", help="Find posts, sections, questions and terms.")
    ] = None,
    series: SeriesDir = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List the course with your progress, read a post, search it."""
    from ..course.series import open_series

    if search is not None:
        _found(open_series(series) if series else open_series(), search, as_json)
    elif name is not None:
        _read(meant(name, series)[1], as_json)
    else:
        _list(open_series(series) if series else open_series(), home, as_json)


def _list(series: Series, home: Path | None, as_json: bool) -> None:
    listed = [_facts(place, marks(home)) for place in series.places]
    if as_json:
        document.put({"title": series.title, "posts": listed})
        return
    from . import screen

    out = screen.console()
    for module in series.modules:
        rows = [_row(fact) for fact in listed if fact["module"] == module.number]
        out.print(f"{module.number} {module.title}", style="bold")
        out.print(screen.table(("", "", "", ""), rows, left=4))
        out.print()
    first = next((fact for fact in listed if not fact["planned"] and not fact["read"]), None)
    screen.next_commands(out, ("learn", first["number"]) if first else ("lab",), ("lab",), home=home)


def marks(home: Path | None) -> dict[str, Any]:
    """Which posts were opened and read on the page, as it notes them; none where it was never opened."""
    import json

    from ..runs.home import home_folder

    try:
        noted = json.loads(((home or home_folder()) / "reading.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _facts(place: Any, noted: dict[str, Any]) -> dict[str, Any]:
    seen = noted.get(place.number, ())
    about = {"number": place.number, "module": place.module, "title": place.title, "planned": place.planned}
    return {
        **about,
        "minutes": 0 if place.planned else place.post.minutes,
        "summary": "" if place.planned else place.post.summary,
        "opened": "opened" in seen,
        "read": "read" in seen,
    }


def _row(fact: dict[str, Any]) -> tuple[str, ...]:
    state = "planned" if fact["planned"] else "read" if fact["read"] else "begun" if fact["opened"] else ""
    return f"  {fact['number']}", fact["title"], f"{fact['minutes']} min" if fact["minutes"] else "", state


def _read(post: Any, as_json: bool) -> None:
    from ..course.reading import terminal_text

    if as_json:
        about = {"number": post.number, "title": post.title, "summary": post.summary, "minutes": post.minutes}
        document.put({**about, "text": terminal_text(post)})
        return
    from rich.markdown import Markdown

    from . import screen

    out = screen.console()
    out.print(Markdown(terminal_text(post), code_theme="ansi_dark"))
    out.print()
    screen.next_commands(out, ("lab",), ("post", "export", post.number, "--to", "notebook"))
    out.print(f"The lab shows this post with live figures, at {post.number}.html.", style="dim")


def _found(series: Series, words: str, as_json: bool) -> None:
    from dataclasses import asdict

    from ..course.findable import index_of

    results = index_of(series).search(words)
    if as_json:
        document.put({"results": [asdict(result) for result in results]})
        return
    from rich.text import Text

    from . import screen

    out = screen.console()
    if not results:
        out.print(f"Nothing in {series.title!r} answers to {words!r}: try other words, or fewer.")
        screen.next_commands(out, ("learn",))
        return
    for result in results:
        out.print(Text(result.title, style="bold").append(f"  {result.kind} · {result.href}", style="not bold dim"))
        out.print(f"  {result.text}\n")
    posts = [number for result in results if (number := result.href.partition(".html")[0])[:1].isdigit()]
    screen.next_commands(out, ("learn", posts[0]) if posts else ("lab",))
