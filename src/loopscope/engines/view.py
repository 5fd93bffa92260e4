"""One or two raw columns to draw over, the others held at their median. Never calls a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from torch import Tensor

from ..datasets import Dataset
from ..errors import mistake
from ..events import Measured
from .panel import drawn_bounds
from .telling import DRAWN_ROWS


@dataclass(frozen=True, eq=False)
class View:
    """A window on raw inputs of any number: a `Moment` may take its `encode` and `bounds` for its own."""

    dataset: Dataset
    columns: tuple[int, ...]
    medians: np.ndarray = field(init=False)  # (raw columns,) of the training rows

    def __post_init__(self) -> None:
        object.__setattr__(self, "medians", np.median(self.dataset.train.raw, axis=0))

    @property
    def bounds(self) -> tuple[tuple[float, float], ...]:
        """Lowest and highest value of each chosen column, with a margin."""
        return drawn_bounds(self.dataset.bounds[list(self.columns)])

    def encode(self, raw: np.ndarray) -> Tensor:
        """Chosen columns (n, columns) → inputs (n, features), every other column at its median."""
        rows = np.tile(self.medians, (len(raw), 1))
        rows[:, list(self.columns)] = raw
        return self.dataset.encode(rows)

    def points(self, step: int) -> Measured:
        """The rows as a figure needs them: the chosen columns and the targets of both sides, cut to `DRAWN_ROWS`."""
        arrays: dict[str, np.ndarray] = {}
        for side, rows in (("train", self.dataset.train), ("test", self.dataset.test)):
            arrays[f"{side}_raw"] = rows.raw[:DRAWN_ROWS, list(self.columns)]
            arrays[f"{side}_targets"] = rows.raw_targets[:DRAWN_ROWS]
        arrays["columns"] = np.array(self.columns, dtype=np.int64)
        return Measured(step, "data", arrays=arrays)


def view_of(dataset: Dataset, columns: Sequence[int] | None = None) -> View | None:
    """The view over `columns`, or over the first two there are; None for text, which has no plane.

    Raises `UserMistake` for a column that the data has not.
    """
    if dataset.task == "next-character":
        return None
    count = len(dataset.raw_names)
    chosen = tuple(range(min(2, count))) if columns is None else tuple(columns)
    if len(set(chosen)) != len(chosen) or not all(0 <= column < count for column in chosen):
        allowed = f"different numbers from 0 to {count - 1}, one for each raw input" if count > 1 else "[0]"
        raise mistake("columns", list(chosen), allowed, "Take [0, 1]." if count > 1 else "Take [0].")
    return View(dataset, chosen)
