"""Claims, figures and code of a post, before anything is run. Executes nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..names import nodes
from ..post import Cell, Post
from .remark import Remark

PAGE = 40
"""Lines of code that a page of a book and a laptop's screen show at once."""
LOOKS = re.compile(
    r"\b(see|look|watch|notice|note|compare|count|follow|find|observe|mark|spot|trace|read)\b", re.IGNORECASE
)
"""A caption that says what to see asks the reader to look at something."""


def claims(post: Post) -> Iterator[Remark]:
    """Each says what it claims, and can fail."""
    for cell in _of(post, "claim"):
        if not cell.says:
            yield Remark(cell.line, "claim", "does not say what it claims: add `says:` to its metadata.")
        if not any(_can_fail(node) for node in nodes(cell.source)):
            yield Remark(cell.line, "claim", f"asserts nothing that could fail{_quoted(cell.says)}.")


def figures(post: Post) -> Iterator[Remark]:
    """A caption that says what to see, and what to change where something can be changed."""
    if not _of(post, "figure"):
        yield Remark(1, "figure", "no cell is tagged figure; a post shows one at least.")
    for cell in _of(post, "figure"):
        if not cell.caption:
            yield Remark(cell.line, "figure", "has no caption: add `caption:` to its metadata.")
        elif not LOOKS.search(cell.caption):
            yield Remark(
                cell.line, "figure", "the caption does not say what to see: begin a sentence of it with “See”."
            )
        if not cell.change and _has_controls(cell.source):
            yield Remark(cell.line, "figure", "has controls, and nothing says what to change: add `change:`.")


def code(post: Post) -> Iterator[Remark]:
    """No longer than a page, and Python."""
    for cell in post.code:
        lines = cell.source.count("\n") + 1
        if lines > PAGE:
            said = f"cell {cell.number} has {lines} lines; a page holds {PAGE}: let it be two, or a function shorter."
            yield Remark(cell.line, "code", said)
        if problem := _syntax(cell.source):
            yield Remark(cell.line + (problem.lineno or 1) - 1, "code", f"cell {cell.number}: {problem.msg}.")


def _of(post: Post, kind: str) -> list[Cell]:
    return [cell for cell in post.code if cell.kind == kind]


def _can_fail(node: ast.AST) -> bool:
    """An assertion of something that is not settled as it is written, or a function that is one by its name."""
    if isinstance(node, ast.Assert):
        return any(isinstance(part, ast.Name) for part in ast.walk(node.test))
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name.startswith("assert_")
    return isinstance(node, ast.Raise)


def _has_controls(source: str) -> bool:
    """`scope(…, change=[…])` with something in it."""
    calls = [node for node in nodes(source) if isinstance(node, ast.Call)]
    given = [word.value for call in calls if _name(call) == "scope" for word in call.keywords if word.arg == "change"]
    return any(not (isinstance(value, (ast.List, ast.Tuple)) and not value.elts) for value in given)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _quoted(says: str) -> str:
    return f": “{says}”" if says else ""


def _syntax(source: str) -> SyntaxError | None:
    if re.search(r"^\s*[%!]", source, flags=re.MULTILINE):  # IPython's own
        return None
    try:
        ast.parse(source)
    except SyntaxError as error:
        return error
    return None
