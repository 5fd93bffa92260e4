"""A CSV file as cells: delimiter found, quotes and row lengths checked. Infers no types."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ..errors import UserMistake, mistake
from . import files
from .cells import Cells, check_rows, check_width, named
from .files import FIELD

LARGEST = 100_000_000
"""Bytes: a cell is a Python string while the table is read, some fifteen times its size in the file."""
DELIMITERS = (",", ";", "\t", "|")
LOOKED_AT = 50
"""Lines from which the delimiter is told."""


def read(path: str) -> Cells:
    """The cells of a CSV file, or a `UserMistake` that names the line and what is wrong with it."""
    content = files.read(path, LARGEST, "Keep a part of it, or save it as Parquet.")
    text = files.decode(content)
    delimiter = sniff(text)
    records = _records(path, text, delimiter)
    _, first = next(records, (0, []))
    if not first:
        raise mistake(FIELD, path, "a file with a header and rows", "This one has only blank lines.")
    check_width(path, len(first))
    header = named(path, first)
    lines: list[int] = []
    columns: list[list[str]] = [[] for _ in header]
    for line, record in records:
        if len(record) != len(header):
            raise _ragged(path, line, len(record), len(header))
        lines.append(line)
        for column, cell in zip(columns, record, strict=True):
            column.append(cell.strip())
    facts = {**content.facts, "rows": len(lines), "columns": len(header)}
    return check_rows(Cells(path, header, columns, lines, "line", delimiter, {}, facts))


def sniff(text: str) -> str:
    """The delimiter under which most of the first records have as many cells as the header; a comma in doubt."""
    start = [line for _, line in zip(range(LOOKED_AT), io.StringIO(text, newline=""), strict=False)]

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(record) for record in csv.reader(start, delimiter=delimiter) if record]
        except csv.Error:
            return 0, 0
        return (widths.count(widths[0]), widths[0]) if widths and widths[0] > 1 else (0, 0)

    return max(DELIMITERS, key=fit)


def _records(path: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield begins, record
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _unreadable(path, begins, str(error)) from None


def _unreadable(path: str, line: int, error: str) -> UserMistake:
    if "unexpected end of data" in error:
        what = f"A quote opened in the row that begins on line {line:,} never closes."
    elif "field larger than" in error:
        what = f"A cell of the row that begins on line {line:,} has over 131,072 characters; a quote may not close."
    elif "expected after" in error:
        what = f"In the row that begins on line {line:,} text goes on after a closing quote; one too many, or too few?"
    else:
        what = f"The row that begins on line {line:,} cannot be read: {error}."
    return mistake(FIELD, path, "a CSV file whose quotes pair up", what)


def _ragged(path: str, line: int, cells: int, expected: int) -> UserMistake:
    what = f"Line {line:,} has {cells:,} {'cell' if cells == 1 else 'cells'}."
    advice = "Quote a cell that holds the delimiter."
    return mistake(FIELD, path, f"rows of {expected:,} cells, as many as the header", f"{what} {advice}")
