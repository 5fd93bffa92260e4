"""Lay out a post: its folder, its place in the series, and where there is none yet the series. Writes no file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import mistake
from ..glossary import slug
from ..series import FILE, Series, open_series
from .series_file import in_order, new_series, with_post

START = Path(__file__).parent / "start"
TITLED = re.compile(r"(\d+\.\d+)\s+(\S.*)")
HEADING = re.compile(r"^## (.+)\n", re.MULTILINE)
BOX = ":::{exercise} loop\nWrite the loop that finds a slope.\n:::\n"


@dataclass(frozen=True)
class Begun:
    """What is to be written: files of the post's folder, and of the series."""

    number: str
    title: str
    folder: Path
    files: dict[str, bytes]
    """In the post's folder; nothing that is there already."""
    series_files: dict[str, str]
    """In the series' folder: series.toml where it changes, and a glossary where the series is new."""


def begin(said: str, series: Path, module: str = "") -> Begun:
    """Lay out "2.8 A New Topic" in the series of that folder; an empty folder becomes a series of ours' structure.

    `module` titles the post's module where that is new. Raises `UserMistake` for a title without a number, a post that
    is written already, a folder that is neither a series nor empty.
    """
    found = TITLED.fullmatch(" ".join(said.split()))
    if found is None:
        raise mistake("post", said, "its number and its title", 'Try loopscope post new "2.8 A New Topic".')
    number, title = found.groups()
    new = _is_free(series)
    before = new_series(_named(series), open_series().structure, open_series().words) if new else _text(series)
    known = None if new else open_series(series)
    name = _folder(number, title, known)
    folder = series / name
    planned = known is not None and any(place.number == number for place in known.places)
    after = before if planned else with_post(before, number, name, module)
    structure = known.structure if known else open_series().structure
    there = sorted(path.parent.name for path in (folder / "exercises").glob("*/task.py"))
    files = {"post.md": post_text(number, title, structure, there).encode(), **({} if there else _exercise())}
    series_files = {} if planned else {FILE: after}
    if new:
        series_files["glossary.md"] = (START / "glossary.md").read_text(encoding="utf-8")
    return Begun(number, title, folder, files, series_files)


def post_text(number: str, title: str, structure: Sequence[str], exercises: Sequence[str] = ()) -> str:
    """A post of that structure that runs already: what its parts are for stands in comments.

    What ours has under a heading stands under the same one; where a structure lacks it, code, figure, claim and
    exercise stand under its last heading.
    """
    opening, *parts = HEADING.split((START / "post.md").read_text(encoding="utf-8"))
    ours = dict(zip(parts[::2], parts[1::2], strict=True))
    if exercises:
        boxes = "\n".join(f":::{{exercise}} {each}\nWhat is done in it, in one line.\n:::\n" for each in exercises)
        ours = {heading: text.replace(BOX, boxes) for heading, text in ours.items()}
    homeless = [_without_comment(text) for heading, text in ours.items() if heading not in structure]
    bodies = {heading: ours.get(heading, "\n<!-- What belongs here? -->\n\n") for heading in structure}
    rest = "".join(f"{text}\n\n" for text in homeless if text)
    said = "".join(f"## {heading}\n{body}" for heading, body in bodies.items())
    quoted = json.dumps(title, ensure_ascii=False)
    front = f'---\nnumber: "{number}"\ntitle: {quoted}\nsummary: ""\n---\n\n'
    return f"{front}{opening}{said.rstrip()}\n\n{rest}".rstrip() + "\n"


def _without_comment(text: str) -> str:
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).strip()


def _exercise() -> dict[str, bytes]:
    files = sorted(
        path for path in (START / "exercises").rglob("*") if path.is_file() and path.suffix in (".py", ".md")
    )
    return {path.relative_to(START).as_posix(): path.read_bytes() for path in files}


def _is_free(series: Path) -> bool:
    """Whether a series can begin there. Raises `UserMistake` where something else is."""
    if (series / FILE).is_file():
        return False
    if series.exists() and (not series.is_dir() or any(series.iterdir())):
        raise mistake("--series", str(series), f"a folder with a {FILE}, or one that is empty", "Choose another name.")
    return True


def _text(series: Path) -> str:
    return (series / FILE).read_text(encoding="utf-8")


def _named(series: Path) -> str:
    return series.resolve().name.replace("-", " ").replace("_", " ").strip().capitalize() or "A series"


def _folder(number: str, title: str, series: Series | None) -> str:
    """The planned one's, or one named after the title. Raises `UserMistake` where the post is written."""
    for place in series.places if series else ():
        if place.number == number:
            if not place.planned:
                free = f"{number.partition('.')[0]}.{_next(number, series)}"
                raise mistake("post", number, "a number that is free", f"{place.title!r} has it; {free} is the next.")
            return place.folder.name
    return f"{number}-{slug(title)}"


def _next(number: str, series: Series | None) -> int:
    module = in_order(number)[0]
    numbers = [in_order(place.number) for place in series.places] if series else []
    return max((each[1] for each in numbers if len(each) > 1 and each[0] == module), default=0) + 1
