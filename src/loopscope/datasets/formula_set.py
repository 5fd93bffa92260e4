"""The dataset that a person describes by a formula of x, or of x1 and x2. Reads formulas only through `Formula`."""

from __future__ import annotations

from typing import final

import numpy as np

from ..errors import mistake
from ..experiment import Data
from .dataset import Dataset
from .formula import Formula
from .generated import SAMPLES
from .registry import Source, register, source_text
from .rows import Rows


def evenly(samples: int, columns: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points spread evenly over [-2, 2] in each column, and the noise to add to their targets."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(-2.0, 2.0, (samples, columns))
    return points, rng.normal(0.0, noise, samples)


@final
@register("formula")
class FormulaSet(Source):
    """y = `data.formula` over x in [-2, 2], or over the square, with noise 0 where none is asked."""

    @property
    def default_noise(self) -> float:
        return 0.0

    def read(self, data: Data, seed: int) -> Rows:
        formula, columns = typed(data)
        raw, noise = evenly(data.samples or SAMPLES, len(columns), data.noise or 0.0, seed)
        targets = formula.evaluate({name: raw[:, at].copy() for at, name in enumerate(columns)}) + noise
        return Rows(raw, targets, "regression", columns, "y", report=(f"y = {formula.text}",))

    def code(self, data: Data, seed: int, dataset: Dataset) -> str:
        formula, columns = typed(data)
        samples, noise = data.samples or SAMPLES, data.noise or 0.0
        lines = [source_text(evenly), ""]
        lines += [f"raw, noise = evenly(samples={samples}, columns={len(columns)}, noise={noise!r}, seed={seed})"]
        lines += [f"{name} = raw[:, {at}].copy()" for at, name in enumerate(columns) if name in formula.names]
        lines += [f"targets = {formula.to_python({name: name for name in columns})} + noise", ""]
        return "\n".join(lines)


def typed(data: Data) -> tuple[Formula, tuple[str, ...]]:
    """The formula, and the raw columns it is over: x (or x1 alone), or x1 and x2."""
    if data.formula is None:
        allowed = "a value: the dataset formula needs one"
        raise mistake("data.formula", None, allowed, "Try --set data.formula='sin(3*x)'")
    formula = Formula.parse(data.formula, ("x", "x1", "x2"))
    if "x" in formula.names and len(formula.names) > 1:
        raise mistake("data.formula", data.formula, "x alone, or x1 and x2", "Write x1 for x.")
    return formula, ("x1", "x2") if "x2" in formula.names else formula.names
