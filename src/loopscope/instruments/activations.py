"""What each layer puts out for a probe batch: spread, dead and saturated shares. Never trains or alters a layer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase  # pyright: ignore[reportPrivateUsage]
from torch.nn.modules.conv import _ConvNd  # pyright: ignore[reportPrivateUsage]

from .cadence import Cadence, LogSpaced
from .forward import call, probe
from .instrument import Instrument, Reading
from .listening import listening
from .moment import Moment
from .quiet import quietly
from .transfer import arrays, histogram, sample

DIES = (nn.ReLU, nn.ReLU6)
CHANNELS_FIRST = (_ConvNd, _NormBase, nn.GroupNorm)
UNITS_LAST = (nn.Linear, nn.LayerNorm, nn.Embedding, nn.RNNBase, nn.MultiheadAttention)

SAMPLE = 8192
"""Entries of an output that its histogram is made of, so that a wide layer costs no more than a narrow one."""

FLAT = 0.97
"""|tanh| above which its slope is under 6 %: A. Karpathy, "Building makemore Part 3" (2022). Sigmoid: 0.03 and 0.97."""


class Activations(Instrument):
    """Statistics of every layer's output, over all entries, by an extra forward pass in eval mode.

    The probe is the same at every reading: up to `rows` training inputs, evenly spread; the step's batch where no
    training set is known. A unit is *dead* where a ReLU gives zero for it in every row of the probe (a channel: at
    every place too), so that none of these rows moves its weights. An output is *saturated* where |tanh| > 0.97, or
    where a sigmoid is under 0.03 or over 0.97. A layer is a module without parts; what `forward` does by plain
    functions is not heard.
    """

    name = "activations"
    describes: ClassVar[dict[str, str]] = {
        "mean/{layer}": "mean of the layer's output [units of the layer]",
        "std/{layer}": "standard deviation of the layer's output [units of the layer]",
        "dead/{layer}": "share of a ReLU's units that are zero for every row of the probe [0 to 1]",
        "saturated/{layer}": "share of a tanh's or sigmoid's outputs on its flat ends [0 to 1]",
        "counts/{layer}": "histogram of the layer's output, of evenly spread entries [entries, an array]",
        "edges/{layer}": "bounds of the histogram's bins [units of the layer, an array]",
    }
    example = "Activations(rows=256, bins=40)"
    usual = LogSpaced(8)

    def __init__(
        self,
        cadence: Cadence | str | int | None = None,
        *,
        rows: int = 256,
        bins: int = 40,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(cadence, clock=clock)
        self.rows, self.bins = rows, bins

    def why_not(self, moment: Moment) -> str:
        return "no inputs are known" if moment.inputs is None and moment.train is None else ""

    def measure(self, moment: Moment) -> Reading:
        heard = _Heard()
        with quietly(moment.model) as model, listening(model, heard):
            call(model, probe(moment, self.rows))
        fetched = dict(zip(heard.found, arrays(list(heard.found.values())), strict=True))
        reading = Reading()
        for key, array in fetched.items():
            quantity, layer = key.split("/", 1)
            if quantity == "sample":
                reading.arrays[f"counts/{layer}"], reading.arrays[f"edges/{layer}"] = histogram(array, self.bins)
            else:
                reading.values[key] = float(array)
        return reading


class _Heard:
    """Takes each layer's output as it comes and keeps a few numbers of it, on its device."""

    def __init__(self) -> None:
        self.found: dict[str, Tensor] = {}
        self._channels_first: bool | None = None

    def __call__(self, layer: str, module: nn.Module, output: Tensor) -> None:
        if isinstance(module, (CHANNELS_FIRST, UNITS_LAST)):
            self._channels_first = isinstance(module, CHANNELS_FIRST)
        wide = output if output.dtype in (torch.float32, torch.float64) else output.float()
        deviation, mean = torch.std_mean(wide, correction=0)
        self.found[f"mean/{layer}"], self.found[f"std/{layer}"] = mean, deviation
        if isinstance(module, DIES):
            self.found[f"dead/{layer}"] = _unless_nan(self._dead(output), mean)
        elif isinstance(module, (nn.Tanh, nn.Sigmoid)):
            self.found[f"saturated/{layer}"] = _unless_nan(_saturated(module, output), mean)
        self.found[f"sample/{layer}"] = sample(output, SAMPLE)

    def _dead(self, output: Tensor) -> Tensor:
        """Share of units that are zero throughout: of channels (rows, channels, …) or of the last dimension."""
        # pictures without a known layer before them have their channels first, sequences their units last
        first = output.ndim >= 4 if self._channels_first is None else self._channels_first
        units = 1 if first and output.ndim >= 2 else -1
        zero = (output == 0) if output.ndim > 1 else (output == 0)[None]
        return zero.movedim(units, -1).flatten(0, -2).all(0).float().mean()


def _saturated(module: nn.Module, output: Tensor) -> Tensor:
    centred = output if isinstance(module, nn.Tanh) else 0.5 + (output - 0.5).abs()
    return (centred.abs() > FLAT).float().mean()


def _unless_nan(share: Tensor, mean: Tensor) -> Tensor:
    return torch.where(mean.isnan(), mean.float(), share)  # NaN is neither dead nor saturated, so nothing is known
