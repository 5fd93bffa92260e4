"""Sources that are one plain function of samples, noise and seed. Knows none of these functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np

from ..experiment import Data
from ..experiment.vocabulary import DATASETS
from .dataset import Dataset
from .registry import Source, add, source_text
from .rows import Rows

SAMPLES = 200
"""Rows where `data.samples` is not given: enough to see the shape, few enough to see each point."""

Recipe: TypeAlias = Callable[[int, float, int], tuple[np.ndarray, np.ndarray]]
"""(samples, noise, seed) → raw (rows, columns) float64, targets (rows,). Its body uses NumPy as np and, imported
inside, scikit-learn, and nothing of ours: it is pasted into stand-alone scripts as it stands."""


@final
@dataclass(frozen=True)
class Generated(Source):
    """A recipe with its names and its default noise."""

    recipe: Recipe
    noise: float
    columns: tuple[str, ...]
    classes: tuple[str, ...]

    def read(self, data: Data, seed: int) -> Rows:
        raw, targets = self.recipe(*self.settings(data), seed)
        task = DATASETS[data.name].task
        assert task, f"{data.name} has no task in the catalogue"
        return Rows(raw, targets, task, self.columns, "class" if self.classes else "y", self.classes)

    def code(self, data: Data, seed: int, dataset: Dataset) -> str:
        samples, noise = self.settings(data)
        call = f"{self.recipe.__name__}(samples={samples}, noise={noise!r}, seed={seed})"
        return f"{source_text(self.recipe)}\n\nraw, targets = {call}\n"

    @property
    def default_noise(self) -> float:
        return self.noise

    def settings(self, data: Data) -> tuple[int, float]:
        return data.samples or SAMPLES, self.noise if data.noise is None else data.noise


def generated(
    name: str, noise: float, columns: tuple[str, ...] = ("x1", "x2"), classes: tuple[str, ...] = ()
) -> Callable[[Recipe], Recipe]:
    """Decorator that registers a recipe under `name`."""

    def keep(recipe: Recipe) -> Recipe:
        add(name, Generated(recipe, noise, columns, classes))
        return recipe

    return keep
