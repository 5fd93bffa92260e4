"""Which cells of a post have to run before one of them can. Reads code, and runs none."""

from __future__ import annotations

from collections.abc import Sequence

from ..course.names import names_bound, names_used
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
