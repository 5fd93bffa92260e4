"""`loopscope site …`: a whole series as a folder to publish. Knows no page and executes nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import mistake
from . import document
from .options import Home, Json, examples
from .post import SeriesDir, run_through

HELP = "Make a site of a series: pages that need no server of ours."
EPILOGS = {"build": examples("loopscope site build site", "loopscope site build site --series my-series --force")}
WROTE = ".loopscope-site"
"""Names what was written, so that the next build takes away what it no longer writes, and nothing else."""


def build(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to: a new folder, an empty one, or a site.")],
    series: SeriesDir = None,
    force: Annotated[bool, typer.Option("--force", help="Write over what is in DIR.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run all code again, also where that was done before.")
    ] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Build the whole course as a folder of pages that any web server can show.

    Each post is run first, where that was not done before; one with a claim that does not hold stops the build. Figures
    are recordings there; links are relative, so the folder may lie anywhere. Opened as a file it can be read too.
    """
    from ..course.series import open_series
    from ..course.site import site_files
    from ..server.settings import PAGE
    from .writing import fill, write_folder

    _refuse_full(folder, force)
    found = open_series(series) if series else open_series()
    files = site_files(found, [run_through(place.post, home, fresh) for place in found.written], PAGE)
    before = _written(folder)
    write_folder(folder, lambda aside: fill(aside, {**files, WROTE: _listed(files)}), force=True)
    _remove(folder, before - set(files))
    if as_json:
        document.put({"folder": folder.absolute(), "posts": [place.number for place in found.written]})
    else:
        size = sum(map(len, files.values())) / 1e6
        typer.echo(f"wrote {len(files)} files, {size:.1f} MB, into {folder}", err=True)
        typer.echo(f"To look at it: python -m http.server -d {folder}", err=True)


COMMANDS: dict[str, Any] = {"build": build}


def _refuse_full(folder: Path, force: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise mistake("DIR", str(folder), "a folder", "Name another one.")
    if folder.is_dir() and not force and any(folder.iterdir()):
        raise mistake("DIR", str(folder), "a folder that is new or empty", "Give --force to write over what is there.")


def _listed(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in sorted(names)).encode()


def _written(folder: Path) -> set[str]:
    """What an earlier build wrote; nothing where there was none."""
    try:
        return set((folder / WROTE).read_text(encoding="utf-8").split("\n")) - {""}
    except (OSError, UnicodeDecodeError):
        return set()


def _remove(folder: Path, names: Iterable[str]) -> None:
    """Of names within the folder, whatever stands in the list."""
    for name in names:
        file = folder / name
        if ".." not in file.parts and not Path(name).is_absolute() and file.is_file():
            file.unlink()
