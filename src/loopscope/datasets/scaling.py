"""How inputs and a regression's target are scaled, with statistics of the training rows only. Knows no tensors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..experiment import Data
from ..experiment.vocabulary import Scale, Task


@dataclass(frozen=True, eq=False)
class Scaling:
    """`(inputs - center) / scale`, and the same for the target. Where nothing is scaled: center 0, scale 1."""

    center: np.ndarray
    """(features,) float64"""
    scale: np.ndarray
    """(features,) float64, never 0"""
    target_center: float = 0.0
    target_scale: float = 1.0

    def apply(self, inputs: np.ndarray) -> np.ndarray:
        """(rows, features) → (rows, features)"""
        return (inputs - self.center) / self.scale

    def apply_target(self, targets: np.ndarray) -> np.ndarray:
        return (targets - self.target_center) / self.target_scale

    def target_in_its_unit(self, scaled: np.ndarray) -> np.ndarray:
        """What a model predicts, turned back into the target's own unit."""
        return scaled * self.target_scale + self.target_center


def scales_target(data: Data, task: Task) -> bool:
    """Whether the target is scaled: as asked, or, of a regression on a person's own table, where nothing was asked.

    Rents and prices lie thousands of steps away from where a network's outputs start; the bundled and generated
    sets are left alone, since to meet that is one of their lessons.
    """
    wanted = data.name == "table" if data.scale_target is None else data.scale_target
    return wanted and task == "regression"


def fit(train: np.ndarray, how: Scale) -> tuple[np.ndarray, np.ndarray]:
    """Center and scale of the training rows (rows, features): both (features,).

    standard: mean and deviation (the population's, as scikit-learn's StandardScaler); minmax: training rows span
    0 to 1. A constant column keeps scale 1, or it would be divided by its rounding error.
    """
    if how == "none":
        return np.zeros(train.shape[1]), np.ones(train.shape[1])
    if how == "standard":
        center, scale = train.mean(axis=0), train.std(axis=0)
    else:
        center, scale = train.min(axis=0), np.ptp(train, axis=0)
    scale[constant(train)] = 1.0
    return center, scale


def fit_target(train: np.ndarray) -> tuple[float, float]:
    """Mean and deviation of the training targets (rows,); deviation 1 where they are all the same."""
    spread = 1.0 if np.ptp(train) == 0 else float(train.std())
    return float(train.mean()), spread


def constant(train: np.ndarray) -> np.ndarray:
    """(rows, features) → (features,) bool: columns whose training rows are all the same."""
    return np.ptp(train, axis=0) == 0
