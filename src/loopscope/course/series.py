"""A series: modules, posts in their order, glossary, which posts are only planned. Executes nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import mistake, nearest, unknown
from .glossary import Glossary, read_glossary
from .post import Post, read_post

FILE = "series.toml"
OURS = Path(__file__).parent / "series"


@dataclass(frozen=True)
class Place:
    """Where a post stands in a series, whether it has been written or not."""

    number: str
    folder: Path
    module: str
    planned_title: str

    @property
    def planned(self) -> bool:
        """Whether it is still to be written."""
        return not self.path.is_file()

    @property
    def path(self) -> Path:
        """Its text."""
        return self.folder / "post.md"

    @cached_property
    def post(self) -> Post:
        """The post, read. Raises `UserMistake` where it is only planned, or cannot be read."""
        if self.planned:
            raise mistake("post", self.number, "a post that has been written", f"{self.title} is planned.")
        return read_post(self.path)

    @property
    def title(self) -> str:
        """The post's own title; the planned one where it is still to be written."""
        return self.planned_title or self.number if self.planned else self.post.title


@dataclass(frozen=True)
class Module:
    """A part of a series."""

    number: str
    title: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Series:
    """A folder that has a `series.toml`."""

    folder: Path
    title: str
    structure: tuple[str, ...]
    """The headings that each post has, in this order."""
    words: tuple[int, int]
    """How many words a post may have, from and to."""
    modules: tuple[Module, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """All posts, in order."""
        return tuple(place for module in self.modules for place in module.places)

    @property
    def written(self) -> tuple[Place, ...]:
        """Those that are there."""
        return tuple(place for place in self.places if not place.planned)

    @cached_property
    def glossary(self) -> Glossary:
        """Its terms; none where it has no `glossary.md`."""
        return read_glossary(self.folder / "glossary.md")

    def place(self, text: str) -> Place:
        """The post that is meant: by number, folder, or a path to it. Raises `UserMistake` with the nearest one."""
        wanted = text.rstrip("/").removesuffix("/post.md").rpartition("/")[2].removesuffix(".html")
        for place in self.places:
            if wanted in (place.number, place.folder.name):
                return place
        titles = {place.title.lower(): place.number for place in self.places}
        near = titles.get(nearest(text, list(titles)) or "")
        hint = f'Did you mean "{near}"?' if near else "See loopscope learn."
        numbers = [place.number for place in self.places]
        raise (
            unknown("post", text, numbers) if wanted[:1].isdigit() else mistake("post", text, ", ".join(numbers), hint)
        )

    def after(self, number: str) -> Place | None:
        """The post that follows."""
        numbers = [place.number for place in self.places]
        at = numbers.index(number) + 1 if number in numbers else len(numbers)
        return self.places[at] if at < len(numbers) else None


def open_series(folder: Path = OURS) -> Series:
    """Read `series.toml`. Raises `UserMistake` for a folder without one, and for one that says something else."""
    path = folder / FILE
    if not path.is_file():
        raise mistake("--series", str(folder), f"a folder with a {FILE}", "Name the folder that holds it.")
    try:
        return _series(folder, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise mistake(FILE, str(path), "a TOML file", f"It says: {error}.") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise mistake(
            FILE, str(path), "title, structure, words = [from, to], and [[modules]] with posts", f"{error}"
        ) from error


def series_around(path: Path) -> Series | None:
    """The series that a post's folder or file lies in, if any."""
    for folder in path.resolve().parents:
        if (folder / FILE).is_file():
            return open_series(folder)
    return None


def _series(folder: Path, plain: Mapping[str, Any]) -> Series:
    low, high = plain.get("words", (1, 100_000))
    modules = tuple(_module(folder, each) for each in plain.get("modules", ()))
    return Series(folder, str(plain.get("title", folder.name)), tuple(plain.get("structure", ())), (low, high), modules)


def _module(folder: Path, plain: Mapping[str, Any]) -> Module:
    number, planned = str(plain.get("number", "")), plain.get("planned", {})
    places = [
        Place(name.partition("-")[0], folder / name, number, planned.get(name.partition("-")[0], ""))
        for name in plain.get("posts", ())
    ]
    return Module(number, str(plain.get("title", "")), tuple(places))
