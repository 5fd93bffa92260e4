"""Which cells of a post have to run before one of them can. Reads code, and runs none."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..course.post import Cell

ALWAYS = ("setup", "code", "table")
"""Figures and claims take their time, and as a rule nothing stands on them."""


def preceding(cells: Sequence[Cell], number: int, code: str) -> list[tuple[int, str]]:
    """Number and code of the cells that stand above `number` and that `code` needs, in order.

    That is all but figures and claims, of which those are taken that bind a name which is used further down.
    """
    used = names_used(code)
    needed: list[tuple[int, str]] = []
    for cell in reversed([cell for cell in cells if 0 < cell.number < number]):
        if cell.kind in ALWAYS or names_bound(cell.source) & used:
            used |= names_used(cell.source)
            needed.append((cell.number, cell.source))
    return needed[::-1]


def names_used(code: str) -> set[str]:
    """Names that are read anywhere in it; none where it cannot be read."""
    return {node.id for node in _nodes(code) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def names_bound(code: str) -> set[str]:
    """Names that stand for something after it has run; those within functions too, which does no harm."""
    bound: set[str] = set()
    for node in _nodes(code):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add(node.asname or node.name.partition(".")[0])
    return bound


def _nodes(code: str) -> list[ast.AST]:
    try:
        return list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError):  # a line of IPython's own, or what the reader has half written
        return []
