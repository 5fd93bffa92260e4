"""How one column of a person's table was understood. Knows no file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["number", "yes/no", "category", "date", "id", "text", "constant", "empty", "unreadable"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column, what it holds, and the inputs it becomes; `inputs` is empty where it is left out."""

    name: str
    position: int
    """in the file, counted from 0"""
    kind: Kind
    inputs: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    """category: its values, one input each; yes/no: the two spellings, no first"""
    missing: frozenset[str] = frozenset()
    """the spellings of "no value" that occur in it"""
    missing_rows: int = 0
    decimal_comma: bool = False
    note: str = ""
    """why it is left out, or what is odd about it; a phrase that follows the column's name"""
