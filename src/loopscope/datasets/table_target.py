"""What is to be predicted in a person's table, and which task that makes it. Reads no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..errors import listed, mistake, unknown
from ..experiment.vocabulary import Task
from .cells import Cells
from .column_types import NO_NUMBER, NO_VALUE, infinite_value, numbers, present

MOST_CLASSES = 100
"""More distinct texts are no classes: most would have too few rows to learn from."""
MOST_WHOLE_NUMBERS = 20
"""Up to so many distinct whole numbers are taken for classes; grades and counts above are amounts."""
ROWS_PER_CLASS = 3
"""With fewer rows a value on average, whole numbers are taken for amounts."""


@dataclass(frozen=True, slots=True)
class Target:
    """The column to predict: its task with the reason, and what each spelling in it stands for."""

    name: str
    position: int
    task: Task
    because: str
    class_names: tuple[str, ...]
    code_of: Mapping[str, float]
    """cell → class number, or the number itself in regression"""
    is_number: bool
    decimal_comma: bool
    missing: frozenset[str]

    def encode(self, cells: list[str]) -> np.ndarray:
        kind = np.float64 if self.task == "regression" else np.int64
        return np.array([self.code_of[cell] for cell in cells], dtype=kind)


def find(cells: Cells, name: str) -> Target:
    """The target called `name`, or a `UserMistake` (field data.target) on why it cannot be predicted."""
    if name not in cells.header:
        raise unknown("data.target", name, cells.header)
    position = cells.header.index(name)
    if position in cells.unreadable:
        what = f"It holds values of type {cells.unreadable[position]}."
        raise mistake("data.target", name, "a column of numbers or texts", what)
    distinct = set(cells.columns[position])
    as_numbers, comma = numbers(distinct, cells.delimiter)
    if as_numbers:
        _check_finite(cells, position, as_numbers)
        return _of_numbers(cells, position, as_numbers, comma)
    return _of_texts(cells, position, present(distinct, NO_VALUE))


def _of_numbers(cells: Cells, position: int, value_of: dict[str, float], comma: bool) -> Target:
    values = sorted(set(value_of.values()))
    _check_varies(cells, position, len(values), next(iter(value_of)))
    task, because = _task(values, sum(cell in value_of for cell in cells.columns[position]))
    names = () if task == "regression" else tuple(f"{value:.12g}" for value in values)
    place = {value: float(at) for at, value in enumerate(values)}
    codes = value_of if task == "regression" else {cell: place[value] for cell, value in value_of.items()}
    missing = frozenset(cell for cell in set(cells.columns[position]) if cell.lower() in NO_NUMBER)
    return Target(cells.header[position], position, task, because, names, codes, True, comma, missing)


def _of_texts(cells: Cells, position: int, values: set[str]) -> Target:
    name = cells.header[position]
    _check_varies(cells, position, len(values), next(iter(values), "missing"))
    if len(values) > MOST_CLASSES:
        allowed = f"a column of numbers, or of at most {MOST_CLASSES} different texts"
        raise mistake("data.target", name, allowed, f"It has {len(values):,} different texts.")
    names = tuple(sorted(values))
    task: Task = "binary" if len(names) == 2 else "multiclass"
    because = f"it has {len(names)} different texts"
    missing = frozenset(set(cells.columns[position]) - values)
    codes = {value: float(at) for at, value in enumerate(names)}
    return Target(name, position, task, because, names, codes, False, False, missing)


def _task(values: list[float], rows: int) -> tuple[Task, str]:
    """What distinct numbers make of the task, and why."""
    if len(values) == 2:
        return "binary", "it has two different values"
    if not all(value.is_integer() for value in values):
        return "regression", "it holds numbers with decimals"
    if len(values) > MOST_WHOLE_NUMBERS:
        return "regression", f"it has {len(values):,} different numbers, more than {MOST_WHOLE_NUMBERS}"
    if len(values) * ROWS_PER_CLASS > rows:
        return "regression", f"its {len(values)} different numbers have fewer than {ROWS_PER_CLASS} rows each"
    return "multiclass", f"it has only {len(values)} different whole numbers; decimals would make them amounts"


def _check_varies(cells: Cells, position: int, different: int, only: str) -> None:
    if different < 2:
        others = listed([name for at, name in enumerate(cells.header) if at != position], 8)
        what = f"It is {only} on every row. Other columns: {others}."
        raise mistake("data.target", cells.header[position], "a column with at least two different values", what)


def _check_finite(cells: Cells, position: int, value_of: dict[str, float]) -> None:
    for row, cell in enumerate(cells.columns[position]):
        if value_of.get(cell) in (float("inf"), float("-inf")):
            raise infinite_value(cells, cells.header[position], cell, row)
