"""The parameters themselves: entries of small ones, spread and histogram of all. Knows no gradient."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Tensor

from .anatomy import parameters
from .cadence import Cadence, LogSpaced
from .instrument import Instrument, Reading
from .moment import Moment
from .transfer import arrays, histogram, sample

SAMPLE = 16384
"""Entries of a parameter that its histogram is made of; mean, deviation and norm are of all."""


class Weights(Instrument):
    """Every parameter tensor after the step. The standard deviation is that of the entries (divided by n)."""

    name = "weights"
    describes: ClassVar[dict[str, str]] = {
        "mean/{parameter}": "mean of the entries [units of the weight]",
        "std/{parameter}": "standard deviation of the entries [units of the weight]",
        "norm/{parameter}": "L2 norm [units of the weight]",
        "values/{parameter}": "all entries, of tensors up to `most` of them [units of the weight, an array]",
        "counts/{parameter}": "histogram of the entries, evenly spread ones of a big tensor [entries, an array]",
        "edges/{parameter}": "bounds of the histogram's bins [units of the weight, an array]",
    }
    example = "Weights(most=4096, bins=40)"
    usual = LogSpaced(8)

    def __init__(
        self,
        cadence: Cadence | str | int | None = None,
        *,
        most: int = 4096,
        bins: int = 40,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(cadence, clock=clock)
        self.most, self.bins = most, bins

    @torch.no_grad()
    def measure(self, moment: Moment) -> Reading:
        found: dict[str, Tensor] = {}
        for name, parameter in parameters(moment.model):
            if parameter.numel():
                found |= self._of(name, parameter)
        reading = Reading()
        for key, array in zip(found, arrays(list(found.values())), strict=True):
            quantity, name = key.split("/", 1)
            if quantity in ("mean", "std", "norm"):
                reading.values[key] = float(array)
                continue
            reading.arrays[f"counts/{name}"], reading.arrays[f"edges/{name}"] = histogram(array.ravel(), self.bins)
            if quantity == "values":
                reading.arrays[key] = array.copy()  # a view would keep every tensor of this reading in memory
        return reading

    def _of(self, name: str, parameter: Tensor) -> dict[str, Tensor]:
        if parameter.is_complex():
            parameter = parameter.abs()
        wide = parameter if parameter.dtype in (torch.float32, torch.float64) else parameter.float()
        deviation, mean = torch.std_mean(wide, correction=0)
        small = parameter.numel() <= self.most
        return {
            f"mean/{name}": mean,
            f"std/{name}": deviation,
            f"norm/{name}": torch.linalg.vector_norm(wide),
            f"values/{name}" if small else f"sample/{name}": parameter if small else sample(parameter, SAMPLE),
        }
