"""A post's prose as its pieces in their order, each with the line it stands in. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ...errors import UserMistake
from ..markup import directive, tokens
from ..post import Cell, Post

if TYPE_CHECKING:
    from markdown_it.token import Token

Kind = Literal["heading", "text", "row", "formula", "target", "exercise", "code", "caption"]
FORMULAS = ("math_inline", "math_inline_double")


@dataclass(frozen=True)
class Piece:
    """A heading, a paragraph, a cell of a table, a formula of its own, a target, a box of an exercise, …"""

    kind: Kind
    line: int
    text: str
    level: int = 0
    """Of a heading."""
    parts: Sequence[Token] = ()
    """Of running text: words, formulas, links, as Markdown reads them."""

    def line_of(self, part: Token) -> int:
        """Where one of its parts stands: paragraphs run over lines."""
        before = self.parts[: next(i for i, each in enumerate(self.parts) if each is part)]
        return self.line + sum(each.type in ("softbreak", "hardbreak") for each in before)


def pieces(post: Post) -> list[Piece]:
    """All of it; captions and what figures and claims say stand where their cell stands."""
    return [piece for cell in post.cells for piece in (_said(cell) if cell.runs else _prose(cell.source, cell.line))]


def _said(cell: Cell) -> Iterator[Piece]:
    yield Piece("code", cell.line, cell.source)
    for said in (cell.caption, cell.change, cell.says):
        for token in tokens(said):
            if token.type == "inline":
                yield Piece("caption", cell.line, token.content, parts=tuple(token.children or ()))


def _prose(text: str, line: int) -> Iterator[Piece]:
    level, row = 0, False
    for token in tokens(text):
        at = line + (token.map[0] if token.map else 0)
        if token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type in ("td_open", "th_open"):
            row = True
        elif token.type == "inline":
            kind: Kind = "heading" if level else "row" if row else "text"
            yield Piece(kind, at, token.content, level, tuple(token.children or ()))
            level, row = 0, False
        elif token.type.startswith("math_block"):
            yield Piece("formula", at, token.content)
        elif token.type == "myst_target":
            yield Piece("target", at, token.content)
        elif token.type == "fence":
            yield Piece("code", at, token.content)
        elif token.type == "colon_fence":
            yield from _directed(token.info, token.content, at)


def _directed(info: str, content: str, line: int) -> Iterator[Piece]:
    try:
        name, argument = directive(info)
    except UserMistake:  # the page says so
        return
    if name == "exercise":
        yield Piece("exercise", line, argument)
    yield from _prose(content, line + 1)


def bare(piece: Piece) -> str:
    """Its words alone, as they are read."""
    return re.sub(r"\s+", " ", " ".join(part.content for part in piece.parts if part.type == "text")).strip()
