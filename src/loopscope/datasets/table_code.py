"""A person's table as plain Python that reads it again, or that carries it along. Reads and infers nothing."""

from __future__ import annotations

import base64
import io
import textwrap
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import numpy as np

from ..errors import mistake
from .cells import Cells
from .column import Column
from .files import FIELD
from .table_target import Target

MOST_EMBEDDED = 2_000_000
"""Bytes of a table inside a script; above, editors give up before readers do."""


def from_csv(cells: Cells, target: Target, columns: Sequence[Column]) -> str:
    """Source that reads the CSV file with the standard library and turns cells into numbers, column by column."""
    used = [column for column in columns if column.inputs]
    return "\n".join([*_reading(cells), *_missing(target, used), *_inputs(used), *_targets(target), ""])


def embedded(cells: Cells, target: Target, raw: np.ndarray) -> str:
    """Source that carries `raw` and `targets` as compressed text: a script has nothing that reads Parquet."""
    targets = target.encode(list(cells.columns[target.position]))
    packed = [_packed(array) for array in (raw, targets)]
    size = sum(map(len, packed))
    if size > MOST_EMBEDDED:
        allowed = f"a Parquet file of at most {MOST_EMBEDDED / 1e6:g} MB packed, to be carried inside a script"
        what = f"This one has {size / 1e6:.1f} MB. Convert it to CSV and train on that."
        raise mistake(FIELD, cells.path, allowed, what)
    return EMBEDDED.format(sha256=cells.facts["sha256"], raw=_wrapped(packed[0]), targets=_wrapped(packed[1]))


EMBEDDED = '''\
import base64
import io
import zlib


def unpacked(text):
    return np.load(io.BytesIO(zlib.decompress(base64.b64decode(text))))


# The table's numbers, from a Parquet file with SHA-256 {sha256}.
raw = unpacked("""
{raw}
""")
targets = unpacked("""
{targets}
""")
'''


def _packed(array: np.ndarray) -> str:
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(array))
    return base64.b64encode(zlib.compress(file.getvalue(), 9)).decode()


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 100))


def _reading(cells: Cells) -> Iterator[str]:
    yield "import csv"
    yield ""
    yield f"# SHA-256 of the file when this was written: {cells.facts['sha256']}"
    yield f'with open({quoted(cells.path)}, newline="", encoding="utf-8-sig") as file:'
    delimiter = quoted(cells.delimiter)
    yield f"    rows = [[cell.strip() for cell in row] for row in csv.reader(file, delimiter={delimiter})]"
    yield "rows = [row for row in rows if any(row)][1:]  # the first line names the columns"


def _missing(target: Target, columns: Sequence[Column]) -> Iterator[str]:
    """What is needed for missing values, if there are any."""
    if target.missing:
        yield f"# Rows without {_comment(target.name)} are dropped: there is nothing to learn from them."
        yield f"rows = [row for row in rows if row[{target.position}] not in {_set(target.missing)}]"
    gaps = {cell for column in columns if column.kind == "number" for cell in column.missing}
    if gaps:
        yield ""
        yield ""
        yield "def number(cell):"
        yield f'    return float("nan") if cell in {_set(gaps)} else float(cell)'
        yield ""


def _inputs(columns: Sequence[Column]) -> Iterator[str]:
    yield ""
    yield "# One input a number, and one a category: 1 on rows that have it, else 0."
    yield "raw = np.array(["
    yield "    ["
    for _, run in groupby(columns, key=_run_key(columns)):
        yield from (f"        {line}" for line in _terms(list(run)))
    yield "    ]"
    yield "    for row in rows"
    yield "], dtype=np.float64)"


def _run_key(columns: Sequence[Column]) -> Callable[[Column], tuple[str, int]]:
    """Columns of plain numbers that stand side by side in the file share a key: they are read in one go."""
    place = {column.position: at for at, column in enumerate(columns)}

    def key(column: Column) -> tuple[str, int]:
        plain = column.kind == "number" and not column.decimal_comma
        return (_reader(column), column.position - place[column.position]) if plain else ("alone", column.position)

    return key


def _reader(column: Column) -> str:
    return "number" if column.missing else "float"


def _terms(run: list[Column]) -> Iterator[str]:
    first, last = run[0], run[-1]
    if len(run) > 1:
        names = _comment(", ".join(c.name for c in run) if len(run) < 5 else f"{first.name} … {last.name}")
        yield f"*map({_reader(first)}, row[{first.position}:{last.position + 1}]),  # {names}"
        return
    cell = f"row[{first.position}]"
    if first.kind == "number":
        cell = f'{cell}.replace(",", ".")' if first.decimal_comma else cell
        yield f"{_reader(first)}({cell}),  # {_comment(first.name)}"
    elif first.kind == "yes/no":
        yield f"{cell}.lower() == {quoted(first.values[1])},  # {_comment(first.name)}"
    else:
        for value in first.values:
            yield f"{cell} == {quoted(value)},  # {_comment(first.name)}"
        if first.missing:
            yield f"{cell} in {_set(first.missing)},  # {_comment(first.name)} is missing"


def _targets(target: Target) -> Iterator[str]:
    cell = f"row[{target.position}]"
    if target.is_number:
        cell = f'float({cell}.replace(",", "."))' if target.decimal_comma else f"float({cell})"
    if target.task == "regression":
        yield f"targets = np.array([{cell} for row in rows])  # {_comment(target.name)}"
        return
    yield f"classes = [{', '.join(_classes(target))}]"
    yield f"targets = np.array([classes.index({cell}) for row in rows])  # {_comment(target.name)}"


def _classes(target: Target) -> Iterator[str]:
    """The classes in the order of their numbers, as the cells hold them."""
    cell_of = {code: cell for cell, code in target.code_of.items()}
    for code in sorted(cell_of):
        cell = cell_of[code]
        if target.is_number:
            value = float(cell.replace(",", ".") if target.decimal_comma else cell)
            yield str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        else:
            yield quoted(cell)


def _set(cells: frozenset[str] | set[str]) -> str:
    return "{" + ", ".join(quoted(cell) for cell in sorted(cells)) + "}"


def quoted(text: str) -> str:
    """A text as a Python literal, in double quotes where it needs no escapes."""
    return f'"{text}"' if text.isprintable() and not {'"', "\\"} & set(text) else repr(text)


def _comment(name: str) -> str:
    """A name that cannot end its comment."""
    return " ".join(name.split())
