"""From raw columns to the inputs a person asked for, such as x1, x1^2, sin(x2). Knows no scaling and no tensors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import mistake
from .expression import Name
from .formula import Formula


@dataclass(frozen=True, slots=True)
class Feature:
    """One input: its name as typed, its formula, and the raw column (by position) of each name it uses."""

    name: str
    formula: Formula
    positions: dict[str, int]

    def apply(self, raw: np.ndarray) -> np.ndarray:
        # A copy of the column, not a view: NumPy may round sin and exp otherwise where memory is strided.
        columns = {name: raw[:, position].copy() for name, position in self.positions.items()}
        return self.formula.evaluate(columns)

    def to_python(self) -> str:
        """NumPy text in which the raw columns are called x1, x2, … by position."""
        return self.formula.to_python({name: f"x{at + 1}" for name, at in self.positions.items()})


@dataclass(frozen=True, slots=True)
class Features:
    """All inputs, in order; none typed means every raw column as it is."""

    typed: tuple[Feature, ...] = ()

    def apply(self, raw: np.ndarray) -> np.ndarray:
        """(rows, raw columns) → (rows, features), float64; `UserMistake` where a value is not finite."""
        return np.column_stack([feature.apply(raw) for feature in self.typed]) if self.typed else raw

    @property
    def used(self) -> tuple[int, ...]:
        """Positions of the raw columns that any feature uses, ascending."""
        return tuple(sorted({at for feature in self.typed for at in feature.positions.values()}))

    def names(self, raw_names: Sequence[str]) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.typed) or tuple(raw_names)


def parse(texts: Sequence[str], raw_names: Sequence[str]) -> Features:
    """Read `data.features` for these raw columns; `UserMistake` (field data.features) says what is wrong where.

    A column is called by its own name where that is a word, by its name with underscores for all else
    ("petal length (cm)" is petal_length_cm), or by position: x1, x2, …; x where there is one.
    """
    known = positions(raw_names)
    return Features(tuple(_feature(text, raw_names, known) for text in texts))


def _feature(text: str, raw_names: Sequence[str], known: dict[str, int]) -> Feature:
    if text in raw_names:  # also one that is no word, such as "petal length (cm)"
        return Feature(text, Formula(text, (text,), Name(text), "data.features"), {text: raw_names.index(text)})
    if not text.strip():
        raise mistake("data.features", text, "formulas of the raw columns", "Take the empty one out.")
    formula = Formula.parse(text, known, "data.features")
    return Feature(text, formula, {name: known[name] for name in formula.names})


def positions(raw_names: Sequence[str]) -> dict[str, int]:
    """Every name under which a raw column may stand in a formula → its position."""
    known = {"x": 0} if len(raw_names) == 1 else {}
    known |= {f"x{at + 1}": at for at in range(len(raw_names))}
    known |= {word: at for at, name in reversed(list(enumerate(raw_names))) if (word := as_word(name))}
    return known | {name: at for at, name in enumerate(raw_names) if name.isidentifier()}


def as_word(name: str) -> str:
    """`petal length (cm)` → `petal_length_cm`; empty where nothing of it can stand in a formula."""
    word = re.sub(r"\W+", "_", name).strip("_")
    return word if word.isidentifier() else ""
