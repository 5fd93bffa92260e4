"""Rows as a source gives them, before split, features and scaling. Knows no experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..experiment.vocabulary import Task
from .column import Column


@dataclass(frozen=True, eq=False)
class Rows:
    """All rows of a source and their names. NaN in `raw` is a missing number, filled in after the split."""

    raw: np.ndarray
    """(rows, raw columns) float64, in the memory order that the script has too: sums over rows depend on it"""
    targets: np.ndarray
    """(rows,) float64 in regression, int64 class numbers otherwise; text (rows, context) int64"""
    task: Task
    raw_names: tuple[str, ...]
    target_name: str
    class_names: tuple[str, ...] = ()
    image: tuple[int, int, int] | None = None
    vocabulary: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    report: tuple[str, ...] = ()
    facts: Mapping[str, str | int] = field(default_factory=dict[str, str | int])
    room: float = 0.0
    """share of each column's range that is shown beyond its rows, because more may be set there"""

    @property
    def ordered(self) -> bool:
        """The order of rows has a meaning: the split must not shuffle them."""
        return self.task == "next-character"
