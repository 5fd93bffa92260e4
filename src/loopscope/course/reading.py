"""A post to be read in a terminal: Markdown with its formulas in plain signs and its figures in words. Runs nothing."""

from __future__ import annotations

import re

from .formulas import readable
from .plain import FENCED, fenced, literal, plain_text
from .post import Cell, Post

FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$\w])\$(?![\s$])([^$\n]*?[^\s$\\])\$(?!\d)", re.DOTALL)


def terminal_text(post: Post) -> str:
    """Markdown that holds all of a post but its outputs."""
    parts = [f"# {post.number} {literal(post.title)}"]
    parts += [_code(cell) if cell.runs else _prose(cell, post) for cell in post.cells]
    return "\n\n".join(filter(None, parts)) + "\n"


def _prose(cell: Cell, post: Post) -> str:
    return _outside_code(plain_text(cell.source, post, lambda words, address: words))


def _code(cell: Cell) -> str:
    if cell.kind == "claim":
        return f"**Claim:** {_outside_code(cell.says)}" if cell.says else ""
    if cell.kind in ("figure", "table"):
        return f"> {cell.kind.capitalize()}: {_outside_code(cell.caption)}" if cell.caption else ""
    return fenced(cell.source, "python")


def _outside_code(text: str) -> str:
    pieces: list[str] = []
    end = 0
    for code in FENCED.finditer(text):
        pieces += [FORMULA.sub(_formula, text[end : code.start()]), code.group()]
        end = code.end()
    return "".join([*pieces, FORMULA.sub(_formula, text[end:])])


def _formula(found: re.Match[str]) -> str:
    said = literal(readable(found[1] or found[2]))
    return f"\n\n> {said}\n\n" if found[1] else said
