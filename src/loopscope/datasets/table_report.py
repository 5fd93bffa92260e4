"""What was found in a person's table, in sentences for its reader. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import listed
from .cells import Cells
from .column import Column
from .table_target import Target

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def sentences(cells: Cells, target: Target, columns: Sequence[Column]) -> Iterator[str]:
    """The file, the target and its task, then columns by what they hold, then what was left out and why."""
    for sentence in _sentences(cells, target, columns):
        yield " ".join(sentence.split())  # a cell may hold a line break


def _sentences(cells: Cells, target: Target, columns: Sequence[Column]) -> Iterator[str]:
    yield _file(cells)
    yield _target(target)
    dropped = int(cells.facts["rows"]) - len(cells)
    if dropped:
        yield f"{_rows(dropped)} dropped, because {target.name} is missing there."
    plain = [c for c in columns if c.kind == "number"]
    if plain:
        yield f"Numbers: {listed([c.name for c in plain])}."
    commas = [c.name for c in plain if c.decimal_comma]
    if commas:
        yield f"Decimals are written with a comma in {listed(commas)}; 1,5 is read as 1.5."
    for column in columns:
        yield from _column(column)


def _file(cells: Cells) -> str:
    how = f", separated by {DELIMITERS[cells.delimiter]}" if cells.delimiter else ""
    return f"{Path(cells.path).name}: {int(cells.facts['rows']):,} rows, {len(cells.header):,} columns{how}."


def _target(target: Target) -> str:
    classes = f" ({listed(target.class_names, 8)})" if target.class_names else ""
    return f"{target.name} is predicted; the task is {target.task}{classes}, because {target.because}."


def _column(column: Column) -> Iterator[str]:
    if not column.inputs:
        keep = " To keep it, name it in data.features." if column.kind == "id" and "number" in column.note else ""
        yield f"{column.name} is left out: it {column.note}.{keep}"
    elif column.kind == "yes/no":
        yield f"{column.name} is yes or no: {column.values[1]} is 1, {column.values[0]} is 0."
    elif column.kind == "category":
        odd = f" ({column.note})" if column.note else ""
        yield f"{column.name} is a category, one input a value: {listed(column.values)}{odd}."
        if column.missing:
            yield f"{column.name} is missing on {_rows(column.missing_rows)}; that is an input of its own."


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
