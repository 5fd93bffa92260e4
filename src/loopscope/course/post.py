"""A post as it is written: what its front matter says, and its cells with the lines they stand in. Executes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ..errors import listed, mistake, unknown

Kind = Literal["prose", "code", "figure", "claim", "table", "setup"]
TAGS = ("figure", "claim", "table", "setup")
WORDS_A_MINUTE = 200
"""Silent reading of non-fiction is 238 words a minute (Brysbaert 2019); formulas and code are read slower."""
FIELDS = ("number", "title", "summary", "answers")


@dataclass(frozen=True)
class Cell:
    """A piece of a post: prose, or code that is executed. `line` is where its text begins in the file, from 1."""

    kind: Kind
    source: str
    line: int
    number: int = 0
    """Of code: its place among the code cells, from 1; hidden ones count."""
    caption: str = ""
    change: str = ""
    says: str = ""
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The metadata as it stands there."""

    @property
    def runs(self) -> bool:
        """Whether it is code."""
        return self.kind != "prose"


@dataclass(frozen=True)
class Post:
    """One post. `path` is its `post.md`; exercises lie in `exercises/` beside it."""

    path: Path
    number: str
    title: str
    summary: str
    answers: tuple[int, ...]
    cells: tuple[Cell, ...]

    @property
    def folder(self) -> Path:
        """The post's own folder."""
        return self.path.parent

    @property
    def code(self) -> tuple[Cell, ...]:
        """The cells that are executed, in order."""
        return tuple(cell for cell in self.cells if cell.runs)

    def cell(self, number: int) -> Cell:
        """The code cell of that number."""
        return self.code[number - 1]

    @cached_property
    def words(self) -> int:
        """Words of its prose and captions; code, formulas and comments are not counted."""
        prose = [cell.source for cell in self.cells if not cell.runs]
        said = [f"{cell.caption} {cell.change} {cell.says}" for cell in self.code]
        bare = re.sub(r"<!--.*?-->|```.*?```|\$\$.*?\$\$|\$[^$\n]+\$", " ", "\n".join([*prose, *said]), flags=re.DOTALL)
        return len(re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", bare))

    @property
    def minutes(self) -> int:
        """Minutes that reading takes, at least one."""
        return max(1, round(self.words / WORDS_A_MINUTE))


def read_post(path: Path) -> Post:
    """Read `post.md`, or the one in a folder.

    Raises `UserMistake` with the line where a cell's metadata cannot be understood or has an unknown tag, and where the
    front matter lacks its number or title.
    """
    path = path / "post.md" if path.is_dir() else path
    try:
        return parse_post(path.read_text(encoding="utf-8"), path)
    except FileNotFoundError:
        raise mistake("post", str(path), "a post.md, or the folder it lies in") from None
    except UnicodeDecodeError as error:
        raise mistake("post", str(path), "text in UTF-8", f"{error}.") from error


def parse_post(text: str, path: Path) -> Post:
    """Read a post from its text; `path` is where it would lie."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    notebook = _notebook(text, path)
    about = _front_matter(notebook.metadata, path)
    cells = tuple(_cells(notebook.cells, text.split("\n"), path))
    return Post(path, about["number"], about["title"], about["summary"], about["answers"], cells)


def _notebook(text: str, path: Path) -> Any:
    from jupytext.myst import CODE_DIRECTIVE, MystMetadataParsingError, myst_to_notebook
    from nbformat import ValidationError
    from yaml import YAMLError

    try:
        return myst_to_notebook(text, code_directive=CODE_DIRECTIVE)
    except ValidationError as error:
        said = str(error).partition("\n")[0]
        raise mistake("post", str(path), "metadata that a notebook can hold", f"{said}: put it in quotes.") from error
    except (MystMetadataParsingError, YAMLError, ValueError) as error:
        said = " ".join(str(error).split())
        raise mistake("post", str(path), "metadata in YAML", f"{said} Quote what has a colon in it.") from error


def _front_matter(said: Mapping[str, Any], path: Path) -> dict[str, Any]:
    for name in ("number", "title"):
        if not str(said.get(name, "")).strip():
            raise mistake("post", str(path), f"front matter with {', '.join(FIELDS)}", f"It lacks its {name}.")
        if not isinstance(said[name], str):
            raise mistake(name, said[name], "text", f'Put it in quotes in {path}: {name}: "{said[name]}"')
    answers = said.get("answers", [])
    if not isinstance(answers, Sequence) or not all(isinstance(each, int) for each in answers):
        raise mistake("answers", answers, "numbers of questions, as [1, 9]", f"See {path}.")
    plain = {name: str(said.get(name, "")).strip() for name in FIELDS}
    return {**plain, "answers": tuple(answers)}


def _cells(cells: Sequence[Any], lines: Sequence[str], path: Path) -> Iterator[Cell]:
    at, number = _body(lines), 0
    for cell in cells:
        at = _found(cell.source.split("\n"), lines, at)
        if cell.cell_type == "code":
            number += 1
            yield _code(cell, number, at + 1, path)
        elif cell.source.strip():
            yield Cell("prose", cell.source, at + 1)
        at += cell.source.count("\n") + 1


def _body(lines: Sequence[str]) -> int:
    """The line after the front matter, from 0."""
    marks = [i for i, line in enumerate(lines) if line.strip() == "---"]
    return marks[1] + 1 if lines and lines[0].strip() == "---" and len(marks) > 1 else 0


def _found(source: Sequence[str], lines: Sequence[str], start: int) -> int:
    """Where these lines stand, from `start` on; there where they were changed in reading."""
    wanted = [line.rstrip() for line in source]
    there = (i for i in range(start, len(lines)) if [line.rstrip() for line in lines[i : i + len(wanted)]] == wanted)
    return next(there, start)


def _code(cell: Any, number: int, line: int, path: Path) -> Cell:
    data: Mapping[str, Any] = dict(cell.metadata)
    kind = _kind(data.get("tags", []), f"{path.name}, line {line}: tags")
    caption, change, says = (str(data.get(name, "")).strip() for name in ("caption", "change", "says"))
    return Cell(kind, cell.source, line, number, caption, change, says, data)


def _kind(tags: Any, where: str) -> Kind:
    names = [tags] if isinstance(tags, str) else list(tags or [])
    ours: list[Kind] = [tag for tag in names if tag in TAGS]
    for tag in names:
        if tag not in TAGS:
            raise unknown(where, tag, TAGS)
    if len(ours) > 1:
        raise mistake(where, ours, f"one of {listed(TAGS)}")
    return ours[0] if ours else "code"
