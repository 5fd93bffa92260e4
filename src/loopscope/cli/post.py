"""`loopscope post …`: a post on its way out of the house. Knows no format and executes nothing itself."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from ..errors import mistake, unknown
from . import document
from .options import Home, Json, examples

if TYPE_CHECKING:
    from ..course.executing import Executed, Result
    from ..course.series import Series

FORMS = ("markdown", "notebook", "html")
HELP = "Work on a post of a series: begin it, look at it, have it read, take it elsewhere."
EPILOG = examples("loopscope post export 2.1 --to markdown -o blog", "loopscope post export 2.1 --to notebook")
EPILOGS = {
    "export": examples(
        "loopscope post export 2.1 --to markdown -o blog",
        "loopscope post export 2.1 --to notebook -o why-nonlinear.ipynb",
        "loopscope post export my-series/1.1-begin --to html",
    ),
    "new": examples(
        'loopscope post new "2.8 A New Topic"',
        'loopscope post new "1.1 First Steps" --series my-series --module Beginnings',
    ),
    "preview": examples("loopscope post preview my-series/1.1-begin/post.md", "loopscope post preview 2.1 --port 0"),
    "check": examples("loopscope post check 2.1", "loopscope post check my-series/1.1-begin/post.md --fast"),
}


def posts_like(incomplete: str) -> list[tuple[str, str]]:
    """What a shell offers for POST."""
    from ..course.series import open_series

    return [(each.number, each.title) for each in open_series().written if each.number.startswith(incomplete)]


SeriesDir: TypeAlias = Annotated[
    Path | None, typer.Option("--series", metavar="DIR", help="Another series: a folder with a series.toml.")
]
POST_HELP = "A post: its number, or the path to its folder or its post.md."
PostName: TypeAlias = Annotated[str, typer.Argument(metavar="POST", help=POST_HELP, autocompletion=posts_like)]


def export(
    name: PostName,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FORM",
            autocompletion=lambda incomplete: [form for form in FORMS if form.startswith(incomplete)],
            help="What to make of it: markdown, notebook or html.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="PATH", help="A folder; of a notebook, the file. Else named after it."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run its code again, also where that was done before.")
    ] = False,
    series: SeriesDir = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Export a post as Markdown with its pictures, as a notebook, or as a page with live figures.

    Its code is run first, where that was not done before; a post with a claim that does not hold is not exported.
    """
    from ..course.plain import markdown_files, notebook_text
    from ..course.site import alone_files
    from ..server.settings import PAGE
    from .writing import fill, refuse_existing, write_folder, write_text

    if to not in FORMS:
        raise unknown("--to", to, FORMS)
    found, post = meant(name, series)
    if to == "notebook":
        path = output or Path(f"{post.number}.ipynb")
        refuse_existing(path, force)
        written = write_text(path, notebook_text(run_through(post, home, fresh), found), force)
    else:
        executed = run_through(post, home, fresh)
        files = markdown_files(executed, found) if to == "markdown" else alone_files(executed, found, PAGE)
        written = write_folder(output or Path(f"post-{post.number}"), lambda folder: fill(folder, files), force)
    if as_json:
        document.put({"to": to, "written": [str(path) for path in written]})
    else:
        typer.echo("\n".join(f"wrote {file}" for file in written), err=True)


def new(
    said: Annotated[str, typer.Argument(metavar='"2.8 TITLE"', help="Its number and its title, in quotes.")],
    series: Annotated[
        Path | None,
        typer.Option(
            "--series",
            metavar="DIR",
            help="The series it belongs to (else the one you are in, else ours); an empty folder becomes a new one.",
        ),
    ] = None,
    module: Annotated[
        str, typer.Option("--module", metavar="TITLE", help="What its module is called, where that is new.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Lay out a post: the series' headings, code, a figure and a claim that run, an exercise that passes dev check.

    It is added to the series.toml, in which comments and order stay. What is there already is not touched.
    """
    from ..course.desk.begin import begin
    from ..course.series import OURS, series_around
    from .desk import begun
    from .writing import fill, write_folder, write_text

    here = None if series else series_around(Path.cwd() / "here")
    into = series or (here.folder if here else OURS)
    laid = begin(said, into, module)
    written = write_folder(laid.folder, lambda folder: fill(folder, laid.files), force=False)
    for name, text in laid.series_files.items():
        written += write_text(into / name, text, force=True)
    if as_json:
        document.put({"post": laid.number, "folder": laid.folder, "written": [str(path) for path in written]})
    else:
        begun(laid, written, into)


def preview(
    name: PostName,
    port: Annotated[
        str, typer.Option("--port", metavar="N", help="The port (8765), or the next free one; 0 is any.")
    ] = "8765",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the link, open nothing.")] = False,
    series: SeriesDir = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Look at a post while you write it: its page loads anew at each save, and runs the cells that the change reaches.

    They run in one kernel, which keeps what the others have made; each save says which ran. Ctrl-C ends it.
    With --json the document comes once pages are answered: url, port, token, pid.
    """
    from ..runs.home import home_folder
    from ..server.settings import Settings
    from .desk import serve_written

    found, post = meant(name, series)
    if found is None or all(place.number != post.number for place in found.places):
        first = f'Begin one with loopscope post new "{post.number} {post.title}" --series DIR and put its text there.'
        raise mistake("post", str(post.path), "a post that a series.toml names", first)
    where = {
        "home": (home or home_folder()).absolute(),
        "series": found.folder.resolve(),
        "written": post.path.resolve(),
    }
    serve_written(post.number, lambda token: Settings(token=token, **where), port, no_browser, as_json)


def check(
    name: PostName,
    fast: Annotated[bool, typer.Option("--fast", help="Leave out what takes time: nothing is run.")] = False,
    series: SeriesDir = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Read a post as an editor would, and say with its line what there is to mend.

    Structure, length, symbols and terms that nobody introduces, claims that assert nothing, figures that do not say
    what to see, dead links, exercises that lack something; then its code is run, where that was not done before.
    """
    from ..course.desk.reading import remarks, remarks_of_run
    from .desk import told

    found, post = meant(name, series)
    said = remarks(post, found)
    if not fast:
        said = sorted([*said, *remarks_of_run(run_through(post, home, insist=False))])
    if as_json:
        document.put(
            {"post": post.number, "file": post.path, "ran": not fast, "remarks": [asdict(each) for each in said]}
        )
    else:
        told(post, found, said, ran=not fast)
    if said:
        raise typer.Exit(1)


COMMANDS: dict[str, Any] = {"new": new, "preview": preview, "check": check, "export": export}


def meant(name: str, series: Path | None) -> tuple[Series | None, Any]:
    """The post that is named, and the series it belongs to: a path's own one, that of --series, or ours."""
    from ..course.post import read_post
    from ..course.series import open_series, series_around

    path = Path(name)
    if series is None and (path.suffix == ".md" or (path / "post.md").is_file()):
        post = read_post(path)
        return series_around(post.path), post
    found = open_series(series) if series else open_series()
    return found, found.place(name).post


def run_through(post: Any, home: Path | None, fresh: bool = False, insist: bool = True) -> Executed:
    """Execute it, as far as that was not done before, and tell of it on a terminal."""
    import sys

    from ..course.executing import execute
    from ..course.keeping import cache_of
    from ..runs.home import home_folder
    from .screen import lively

    def tell(result: Result) -> None:
        if lively(sys.stderr):
            end = "\r" if result.cell < len(post.code) else "\r\033[K"
            typer.echo(
                f"\r\033[K{post.number}: {result.cell} of {len(post.code)} cells have run{end}", nl=False, err=True
            )

    executed = execute(post, cache_of(home or home_folder()), tell, fresh)
    return executed.insist() if insist else executed
