"""What a column of a person's table holds, told from its distinct values. Reads no file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from ..errors import UserMistake, mistake, shown
from .cells import Cells, as_number
from .column import Column, Kind
from .files import FIELD

NO_VALUE = frozenset({"", "na", "n/a", "#n/a", "<na>", "nan", "null", "nat", "?"})
"""Spellings of "no value", in any case."""
NO_NUMBER = NO_VALUE | {"none", "-", "--", "n.a.", "missing", "unknown"}
"""In a column of numbers these mean no value too; elsewhere they may be names."""
MOST_CATEGORIES = 50
"""More distinct values are left out: one input each would be mostly zeros."""
YES_NO = (("no", "yes"), ("false", "true"), ("n", "y"), ("f", "t"))
DATE = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))([T ]\d{1,2}:\d{2}.*)?")
ID_NAME = re.compile(r"(.*[\W_])?(id|uuid|guid|idx|index|key|rownames|row|no|nr|number|column \d+)|.*[a-z](Id|ID)")
NEARLY_NUMBERS = 0.9
"""Share of values from which a column that is not all numbers is said to be nearly so."""

Check = Callable[["Sight"], Column | None]


class Sight:
    """One column as the checks see it: its cells, and its distinct values without the missing ones."""

    def __init__(self, cells: Cells, position: int, asked: bool) -> None:
        self.cells, self.position, self.asked = cells, position, asked
        self.name, self.column = cells.header[position], cells.columns[position]
        self.distinct = set(self.column)
        self.values = present(self.distinct, NO_VALUE)
        self.numbers, self.decimal_comma = numbers(self.distinct, cells.delimiter)

    def found(
        self,
        kind: Kind,
        inputs: tuple[str, ...] = (),
        note: str = "",
        values: tuple[str, ...] = (),
        decimal_comma: bool = False,
    ) -> Column:
        """The answer of a check, with the missing values counted."""
        missing = frozenset(self.distinct - (set(self.numbers) if self.numbers else self.values))
        count = sum(cell in missing for cell in self.column) if missing else 0
        return Column(self.name, self.position, kind, inputs, values, missing, count, decimal_comma, note)


def infer(cells: Cells, position: int, asked: bool = False) -> Column:
    """What the column at `position` holds. `asked`: a feature names it, so that it stays though it looks like an id."""
    sight = Sight(cells, position, asked)
    return next(found for check in CHECKS if (found := check(sight)))


def present(distinct: Collection[str], missing: Collection[str]) -> set[str]:
    return {value for value in distinct if value.lower() not in missing}


def numbers(distinct: Collection[str], delimiter: str) -> tuple[dict[str, float], bool]:
    """Cell → number for a column of numbers, else nothing; and whether its decimals are written with a comma."""
    values = present(distinct, NO_NUMBER)
    found = {value: number for value in values if (number := as_number(value)) is not None}
    if len(found) == len(values):
        return found, False
    if delimiter == ",":  # 1,5 would have been two cells
        return {}, False
    commas = {value: number for value in values if (number := with_comma(value)) is not None}
    return (commas, True) if len(commas) == len(values) else ({}, False)


def with_comma(cell: str) -> float | None:
    """The number of a cell such as 1,5; one with a point too is none, for nobody can tell which is meant."""
    return None if "." in cell or cell.count(",") > 1 else as_number(cell.replace(",", "."))


def unreadable(sight: Sight) -> Column | None:
    what = sight.cells.unreadable.get(sight.position)
    if not what:
        return None
    return sight.found("unreadable", note=f"holds values of type {what}, which are no single number or text")


def empty(sight: Sight) -> Column | None:
    return None if sight.values else sight.found("empty", note="has no value on any row")


def number(sight: Sight) -> Column | None:
    if not sight.numbers:
        return None
    _check_finite(sight)
    if len(set(sight.numbers.values())) == 1:
        return sight.found("constant", note=f"is {next(iter(sight.numbers))} on every row that has a value")
    if not sight.asked and _counts_rows(sight):
        return sight.found("id", note="looks like a row's own number")
    return sight.found("number", (sight.name,), decimal_comma=sight.decimal_comma)


def constant(sight: Sight) -> Column | None:
    if len(sight.distinct) > 1:  # with missing values a single one still tells something
        return None
    return sight.found("constant", note=f"is {shown(next(iter(sight.values)), 40)} on every row")


def yes_or_no(sight: Sight) -> Column | None:
    if len(sight.values) < len(sight.distinct):
        return None  # a missing answer is a third one: a category
    for pair in YES_NO:
        if {value.lower() for value in sight.values} == set(pair):
            return sight.found("yes/no", (sight.name,), values=pair)
    return None


def date(sight: Sight) -> Column | None:
    if not all(DATE.fullmatch(value) for value in sight.values):
        return None
    return sight.found("date", note="holds dates; make numbers of them, such as a year or days since a first day")


def text(sight: Sight) -> Column | None:
    many = len(sight.values)
    if many == len(sight.column) or many > MOST_CATEGORIES:
        kind = "id" if many == len(sight.column) else "text"
        what = "another text on every row" if kind == "id" else f"{many:,} different texts (at most {MOST_CATEGORIES})"
        return sight.found(kind, note=f"has {what}{_nearly_numbers(sight)}")
    return None


def category(sight: Sight) -> Column:
    values = tuple(sorted(sight.values))
    inputs = tuple(f"{sight.name}={' '.join(value.split())}" for value in values)
    if len(sight.values) < len(sight.distinct):
        inputs += (f"{sight.name}=(missing)",)
    return sight.found("category", inputs, values=values, note=_nearly_numbers(sight).lstrip("; "))


CHECKS: tuple[Check, ...] = (unreadable, empty, number, constant, yes_or_no, date, text, category)
"""In the order tried; the first that answers decides."""


LARGEST = 3.4e38
"""The largest number that a 32-bit float holds, about; a model would see infinity above it."""


def _check_finite(sight: Sight) -> None:
    infinite = {cell for cell, value in sight.numbers.items() if abs(value) > LARGEST}
    if infinite:
        row = next(at for at, cell in enumerate(sight.column) if cell in infinite)
        raise infinite_value(sight.cells, sight.name, sight.column[row], row)


def infinite_value(cells: Cells, name: str, cell: str, row: int) -> UserMistake:
    where = f'Column "{name}" holds {cell} on {cells.place} {cells.lines[row]:,}.'
    allowed = "finite numbers up to 3.4e38, the largest of 32-bit floats"
    return mistake(FIELD, cells.path, allowed, f"{where} Correct it, or leave the cell empty.")


def _counts_rows(sight: Sight) -> bool:
    """Whole numbers, another one on each row, under a name like an id's or counting up row by row from 0 or 1."""
    values = list(sight.numbers.values())
    if len(values) < len(sight.column) or not all(value.is_integer() for value in values):
        return False
    if ID_NAME.fullmatch(sight.name) or ID_NAME.fullmatch(sight.name.lower()):
        return True
    first = sight.numbers[sight.column[0]]
    return first in (0, 1) and all(sight.numbers[cell] == first + at for at, cell in enumerate(sight.column))


def _nearly_numbers(sight: Sight) -> str:
    """Words on a column that would be numbers but for a few cells."""
    values = present(sight.distinct, NO_NUMBER)
    others = sorted(value for value in values if as_number(value) is None)
    if not values or len(others) > (1 - NEARLY_NUMBERS) * len(values):
        return ""
    row = sight.column.index(others[0])
    where = f"{sight.cells.place} {sight.cells.lines[row]:,}"
    return f"; nearly all are numbers, but {shown(others[0], 40)} on {where} is none"
