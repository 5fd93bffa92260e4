"""A table as text: a header and columns of stripped cells, whichever file it came from. Infers no types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import listed, mistake
from .files import FIELD

MOST_COLUMNS = 2_000
"""A wider table is refused before its rows are read: no model here is meant for it, and no reader could check it."""
FEWEST_ROWS = 4
"""As `data.samples`: with fewer there is nothing to split."""


@dataclass(frozen=True, eq=False)
class Cells:
    """All cells of a table as text, column by column, stripped of blanks around them."""

    path: str
    header: tuple[str, ...]
    columns: Sequence[Sequence[str]]
    lines: Sequence[int]
    """the line of the file (CSV) or the row (Parquet) on which each row begins, counted from 1"""
    place: str = "line"
    delimiter: str = ","
    unreadable: Mapping[int, str] = field(default_factory=dict[int, str])
    """columns whose values are no single number or text, by position, and what they are instead"""
    facts: Mapping[str, str | int] = field(default_factory=dict[str, str | int])

    def __len__(self) -> int:
        return len(self.lines)


def check_width(path: str, columns: int) -> None:
    if columns > MOST_COLUMNS:
        advice = f"It has {columns:,}. Keep the columns that matter."
        raise mistake(FIELD, path, f"a table of at most {MOST_COLUMNS:,} columns", advice)


def named(path: str, header: Sequence[str]) -> tuple[str, ...]:
    """The header with a name for each column; `UserMistake` where two are called the same, or all are numbers."""
    names = tuple(" ".join(name.split()) or f"column {at + 1}" for at, name in enumerate(header))
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        at = [str(position + 1) for position, name in enumerate(names) if name == twice[0]]
        what = f'Columns {listed(at)} are all called "{twice[0]}".'
        raise mistake(FIELD, path, "a header in which each column has its own name", what)
    if all(is_number(name) for name in names):
        what = f"It holds only numbers: {listed(names, 5)}."
        raise mistake(FIELD, path, "a first line with the columns' names", what)
    return names


def is_number(cell: str) -> bool:
    return as_number(cell) is not None


def as_number(cell: str) -> float | None:
    """The number a cell holds, as Python's `float` reads it (infinity too); None where it holds none."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return None if "_" in cell or value != value else value  # Python would take 1_000 for a thousand


def check_rows(cells: Cells) -> Cells:
    """Refuse a table too short to learn from."""
    if len(cells) < FEWEST_ROWS:
        found = {0: "This one has a header and nothing below.", 1: "This one has a single row."}
        words = found.get(len(cells), f"This one has {len(cells)}.")
        raise mistake(FIELD, cells.path, f"a table of at least {FEWEST_ROWS} rows", words)
    return cells
