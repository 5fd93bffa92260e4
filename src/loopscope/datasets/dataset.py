"""What a dataset is once it is ready for a model: rows as tensors, their names, and how they were prepared.

Refuses to know where the rows came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from ..experiment.vocabulary import Task
from .column import Column
from .features import Features
from .scaling import Scaling


@dataclass(frozen=True, eq=False)
class Split:
    """The rows of one side, training or test; a test side may have none."""

    raw: np.ndarray
    """(rows, raw columns) float64: before features and scaling, missing numbers filled in."""
    raw_targets: np.ndarray
    """(rows,) float64 in the target's own unit, or int64 class numbers; text (rows, context) int64."""
    inputs: Tensor
    """(rows, features) float32, as the model sees them; text (rows, context) int64."""
    targets: Tensor
    """binary and regression (rows, 1) float32; multiclass (rows,) int64; text (rows, context) int64."""
    rows: np.ndarray
    """(rows,) int64: which rows of the source these are, counted from 0 (rows without a target left out)."""

    def __len__(self) -> int:
        return len(self.raw)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A dataset split, prepared and ready to train on. Made by `datasets.load`."""

    name: str
    task: Task
    train: Split
    test: Split
    raw_names: tuple[str, ...]
    input_names: tuple[str, ...]
    target_name: str
    class_names: tuple[str, ...]
    """One a class, in the order of the class numbers; empty in regression and for text."""
    features: Features
    scaling: Scaling
    image: tuple[int, int, int] | None = None
    """(channels, height, width) where a row of inputs is a picture."""
    vocabulary: tuple[str, ...] = ()
    """The characters of a text, in the order of their codes."""
    columns: tuple[Column, ...] = ()
    """Every column of a person's table, as it was understood."""
    report: tuple[str, ...] = ()
    """Sentences for the reader: what was found in the data and what was done about it."""
    facts: Mapping[str, str | int] = field(default_factory=dict[str, str | int])
    """What identifies the source: `rows`, `columns`, and for a file or text its `bytes` and `sha256`."""
    room: float = 0.0
    """Share of each column's range that is shown beyond its rows, because more may be set there."""

    @property
    def outputs(self) -> int:
        """How many units the model's last layer needs."""
        counts = {"multiclass": len(self.class_names), "next-character": len(self.vocabulary)}
        return counts.get(self.task, 1)

    @property
    def bounds(self) -> np.ndarray:
        """(raw columns, 2) float64: smallest and largest raw value of each column, over both sides, and the room.

        Rows that are all the same in a column have a range of 1 there.
        """
        raw = np.concatenate([self.train.raw, self.test.raw])
        low, high = raw.min(axis=0), raw.max(axis=0)
        if self.room:
            beyond = self.room * np.where(high > low, high - low, 1.0)
            low, high = low - beyond, high + beyond
        return np.stack([low, high], axis=1)

    def encode(self, raw: np.ndarray) -> Tensor:
        """Raw rows as the model sees them, prepared bit for bit as the dataset's own: (n, raw columns) → (n, features).

        Raises `UserMistake` where a feature is not a finite number there.
        """
        raw = np.asarray(raw, dtype=np.float64)
        assert raw.ndim == 2 and raw.shape[1] == len(self.raw_names), f"raw rows of shape {raw.shape}"
        if self.task == "next-character":
            return torch.tensor(raw, dtype=torch.int64)
        return torch.tensor(self.scaling.apply(self.features.apply(raw)), dtype=torch.float32)
