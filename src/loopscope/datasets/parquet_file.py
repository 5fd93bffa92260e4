"""A Parquet file as cells of text, so that it is understood as a CSV file would be. Infers no types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import mistake
from . import files
from .cells import Cells, check_rows, check_width, named
from .files import FIELD

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST = 100_000_000
MOST_CELLS = 20_000_000
"""Rows × columns: Parquet compresses, so the size of the file tells nothing."""
START = b"PAR1"


def read(path: str) -> Cells:
    """The cells of a Parquet file; a null is the empty text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = files.read(path, LARGEST, "Keep a part of it.")
    try:
        file = pq.ParquetFile(pa.BufferReader(content.raw))
        check_width(path, len(file.schema_arrow.names))
        if file.metadata.num_rows * len(file.schema_arrow.names) > MOST_CELLS:
            raise mistake(FIELD, path, f"at most {MOST_CELLS:,} cells", f"It has {file.metadata.num_rows:,} rows.")
        table = file.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise mistake(FIELD, path, "a sound Parquet file", f"This one is damaged: {first}") from None
    header = named(path, table.column_names)
    columns, unreadable = _texts(table)
    facts = {**content.facts, "rows": table.num_rows, "columns": len(header)}
    return check_rows(Cells(path, header, columns, range(1, table.num_rows + 1), "row", "", unreadable, facts))


def _texts(table: pa.Table) -> tuple[list[list[str]], dict[int, str]]:
    """Every column as text, and what those are that cannot be."""
    columns: list[list[str]] = []
    unreadable: dict[int, str] = {}
    for at, column in enumerate(table.columns):
        texts = _text(column)
        if texts is None:
            unreadable[at] = str(column.type)
        columns.append([""] * table.num_rows if texts is None else texts)
    return columns, unreadable


def _text(column: Any) -> list[str] | None:
    """A column's values as text (floats with all their digits), or None where its type has no text of its own."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text(column.cast(kind.value_type))
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return None
    if pa.types.is_float16(kind):
        column = column.cast(pa.float32())
    try:
        values = column.cast(pa.string()).to_pylist()
    except pa.ArrowException:
        return None
    return ["" if value is None else value.strip() for value in values]
