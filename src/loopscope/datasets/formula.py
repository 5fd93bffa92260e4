"""A formula a person typed: read safely, evaluated in NumPy, written as NumPy. Never evaluates text as Python."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from ..errors import UserMistake, mistake
from .expression import Node, evaluate, names_in, written
from .grammar import Parser, allowed


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of columns, such as `sin(3*x) + 0.2*x^2`. Made by `Formula.parse`.

    `names` are the columns it uses, in order of first use. `field` is where the person typed it.
    """

    text: str
    names: tuple[str, ...]
    tree: Node
    field: str

    @classmethod
    def parse(cls, text: str, names: Collection[str], field: str = "data.formula") -> Formula:
        """Read `text`, in which the columns `names` may occur; `UserMistake` says where it goes wrong."""
        tree = Parser(text, names, field).tree()
        used = tuple(dict.fromkeys(names_in(tree)))
        if not used:
            raise mistake(field, text, allowed(names), "It holds no column, so it is the same on every row.")
        return cls(text, used, tree, field)

    def evaluate(self, columns: Mapping[str, np.ndarray]) -> np.ndarray:
        """Its value on every row: columns (rows,) float64 → (rows,) float64.

        Raises `UserMistake`, with the share of rows, where a value is not a finite number.
        """
        with np.errstate(all="ignore"):
            try:
                value = evaluate(self.tree, columns)
            except (ArithmeticError, TypeError) as error:
                raise self.unfit(f"Its numbers alone have no value ({error}).") from None
        if np.iscomplexobj(value):
            raise self.unfit("It takes a root of a negative number.")
        value = np.asarray(value, dtype=np.float64)
        self._check_finite(value, columns)
        return value

    def to_python(self, variables: Mapping[str, str]) -> str:
        """A NumPy expression that computes the same bits, with `variables[name]` for the column `name`."""
        return written(self.tree, variables)

    def unfit(self, why: str) -> UserMistake:
        return mistake(self.field, self.text, "a formula that is a finite number on every row", why)

    def _check_finite(self, value: np.ndarray, columns: Mapping[str, np.ndarray]) -> None:
        bad = ~np.isfinite(value)
        if not bad.any():
            return
        row = int(np.flatnonzero(bad)[0])
        where = ", ".join(f"{name} = {columns[name][row]:.4g}" for name in self.names)
        share = f"{bad.sum():,} of {len(bad):,} rows ({bad.mean():.0%})"
        raise self.unfit(f"It is not on {share}: the first is {value[row]}, where {where}.")
