"""How far one step moves each parameter, relative to its size. Knows no optimizer."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor

from .anatomy import parameters
from .cadence import LogSpaced
from .instrument import Instrument, Reading
from .moment import Moment
from .norms import norms


class UpdateRatio(Instrument):
    """‖Δw‖ / ‖w‖ of each trained parameter tensor, w before the step; NaN where w was zero.

    About 1e-3 (log10 −3) is a common rule of thumb for a healthy step: A. Karpathy, "Building makemore Part 3"
    (2022), there with standard deviations in place of norms. Needs `ready` before the step, else the reading is empty.
    """

    name = "update_ratio"
    describes: ClassVar[dict[str, str]] = {
        "{parameter}": "length of the step over length of the parameter before it [no unit]",
        "log10/{parameter}": "its decimal logarithm, minus infinity where nothing moved [no unit]",
    }
    example = "UpdateRatio()"
    usual = LogSpaced(16)

    _before: dict[str, Tensor] | None = None

    def prepare(self, moment: Moment) -> None:
        self._before = {name: p.detach().clone() for name, p in parameters(moment.model) if p.requires_grad}

    @torch.no_grad()
    def measure(self, moment: Moment) -> Reading:
        before, self._before = self._before, None  # a copy is good for one step
        if not before:
            return Reading()
        moved = {name: p - before[name] for name, p in parameters(moment.model) if name in before}
        lengths = norms([*moved.values(), *(before[name] for name in moved)])
        ratios = {
            name: step / size if size else math.nan
            for name, step, size in zip(moved, lengths, lengths[len(moved) :], strict=False)
        }
        return Reading(ratios | {f"log10/{name}": log10(ratio) for name, ratio in ratios.items()})


def log10(ratio: float) -> float:
    return math.log10(ratio) if ratio else -math.inf
