"""A person's own CSV or Parquet file: what each column holds is inferred and said, and rows become numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import final

import numpy as np

from ..errors import mistake
from ..experiment import Data
from . import csv_file, parquet_file, table_code, table_target
from .cells import MOST_COLUMNS, Cells, check_rows
from .column import Column
from .column_types import infer, numbers
from .dataset import Dataset
from .files import FIELD
from .registry import Source, register
from .rows import Rows
from .table_report import sentences
from .table_target import Target


@final
@register("table")
class Table(Source):
    """Columns of numbers as they are, yes/no as 1 and 0, categories as one input a value; the rest is left out."""

    def read(self, data: Data, seed: int) -> Rows:
        cells, target, columns = understood(data)
        raw = encoded(cells, columns)
        return Rows(
            raw,
            target.encode(list(cells.columns[target.position])),
            target.task,
            tuple(name for column in columns for name in column.inputs),
            target.name,
            target.class_names,
            columns=tuple(columns),
            report=tuple(sentences(cells, target, columns)),
            facts=cells.facts,
        )

    def code(self, data: Data, seed: int, dataset: Dataset) -> str:
        cells, target, columns = understood(data)
        if cells.facts["sha256"] != dataset.facts["sha256"]:
            raise mistake(FIELD, data.path, "the file as it was when the data was loaded", "It has changed; run again.")
        if cells.place == "line":
            return table_code.from_csv(cells, target, columns)
        return table_code.embedded(cells, target, encoded(cells, columns))


def understood(data: Data) -> tuple[Cells, Target, list[Column]]:
    """The cells of rows that have a target, the target, and every other column."""
    needed = "a value: the dataset table needs one"
    if data.path is None:
        raise mistake("data.path", None, needed, "Try --set data.path=FILE.csv")
    if data.target is None:
        raise mistake("data.target", None, needed, "Try --set data.target=COLUMN")
    cells = parquet_file.read(data.path) if _is_parquet(data.path) else csv_file.read(data.path)
    target = table_target.find(cells, data.target)
    cells = with_target(cells, target)
    columns = [infer(cells, at, at in _asked(cells, data)) for at in range(len(cells.header)) if at != target.position]
    columns = columns if any(column.inputs for column in columns) else _ids_after_all(cells, columns)
    _check_inputs(data.path, columns)
    return cells, target, columns


def with_target(cells: Cells, target: Target) -> Cells:
    """The cells without the rows on which the target is missing."""
    given = [cell not in target.missing for cell in cells.columns[target.position]]
    if all(given):
        return cells
    columns = [[cell for cell, keep in zip(column, given, strict=True) if keep] for column in cells.columns]
    lines = [line for line, keep in zip(cells.lines, given, strict=True) if keep]
    return check_rows(replace(cells, columns=columns, lines=lines))


def encoded(cells: Cells, columns: Sequence[Column]) -> np.ndarray:
    """(rows, inputs) float64, a missing number as NaN."""
    return np.column_stack([part for column in columns for part in _encode(cells, column)]).copy(order="C")


def _encode(cells: Cells, column: Column) -> list[np.ndarray]:
    if not column.inputs:
        return []
    texts = cells.columns[column.position]
    if column.kind == "number":
        number_of, _ = numbers(set(texts), cells.delimiter)
        return [np.array([number_of.get(cell, np.nan) for cell in texts])]
    if column.kind == "yes/no":
        return [np.array([float(cell.lower() == column.values[1]) for cell in texts])]
    parts = [np.array([float(cell == value) for cell in texts]) for value in column.values]
    if column.missing:
        parts.append(np.array([float(cell in column.missing) for cell in texts]))
    return parts


def _is_parquet(path: str) -> bool:
    file = Path(path)
    if file.suffix.lower() in (".parquet", ".pq"):
        return True
    try:
        if not file.is_file():  # to open a pipe would wait for its writer
            return False
        with file.open("rb") as opened:
            return opened.read(4) == parquet_file.START
    except (OSError, ValueError):
        return False  # whoever reads it says what is wrong


def _asked(cells: Cells, data: Data) -> set[int]:
    """Columns that a feature calls by their own name."""
    words = {word for text in data.features for word in (text, *re.findall(r"\w+", text))}
    return {at for at, name in enumerate(cells.header) if name in words}


def _ids_after_all(cells: Cells, columns: list[Column]) -> list[Column]:
    """Where row numbers are all there is, they are the input: y over 1, 2, 3, … is a fair question."""
    return [infer(cells, column.position, asked=True) if column.kind == "id" else column for column in columns]


def _check_inputs(path: str, columns: Sequence[Column]) -> None:
    inputs = sum(len(column.inputs) for column in columns)
    if inputs == 0:
        why = "; ".join(f'"{column.name}" {column.note}' for column in columns[:4]) or "there is no other column"
        raise mistake(FIELD, path, "a column of numbers or categories beside the target", f"Left out: {why}.")
    if inputs > MOST_COLUMNS:
        what = f"Its categories make it {inputs:,}. Take columns with many categories out."
        raise mistake(FIELD, path, f"a table that makes at most {MOST_COLUMNS:,} inputs", what)
