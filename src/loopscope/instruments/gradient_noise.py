"""How much of a batch's gradient is chance: the simple noise scale. Never touches `.grad`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar

import torch
from torch import Tensor, nn

from .cadence import Cadence, LogSpaced
from .forward import no_tensor
from .instrument import Instrument, Reading
from .moment import Moment
from .quiet import quietly
from .transfer import numbers


class GradientNoise(Instrument):
    """The batch is cut into at most `parts` equal parts; how their gradients differ tells the noise of each row's.

    S. McCandlish, J. Kaplan, D. Amodei et al., "An Empirical Model of Large-Batch Training" (2018): the simple noise
    scale tr(Σ) / |G|² (equation 2.9), both estimated without bias from gradients at two batch sizes (appendix A.1),
    here a part's b and the whole's B rows:
        |G|²  = (B |G_B|² − b |G_b|²) / (B − b)
        tr(Σ) = (|G_b|² − |G_B|²) / (1/b − 1/B)
    with |G_b|² averaged over the parts. With parts of one row tr(Σ) is the trace of the rows' sample covariance.
    At the weights after the step, in eval mode (dropout off, batch norm by its running statistics), without penalty.
    Rows that do not fill a part are left out. One batch is a noisy witness: average over readings.
    """

    name = "gradient_noise"
    describes: ClassVar[dict[str, str]] = {
        "noise_scale": "batch size at which noise and signal are equal; NaN where the batch shows no signal [rows]",
        "noise_trace": "tr(Σ), variance of one row's gradient summed over parameters [gradient²]",
        "signal": "|G|², squared norm of the true gradient; an estimate that can fall below zero [gradient²]",
        "noise_norm": "expected length of the noise in this batch's gradient, √(tr(Σ)/B) [gradient]",
    }
    example = "GradientNoise(parts=32)"
    usual = LogSpaced(4)

    def __init__(
        self,
        cadence: Cadence | str | int | None = None,
        *,
        parts: int = 32,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(cadence, clock=clock)
        assert parts >= 2, "one part has nothing to differ from"
        self.parts = parts

    def why_not(self, moment: Moment) -> str:
        if moment.criterion is None:
            return "the criterion is not known"
        if not isinstance(moment.inputs, Tensor) or not isinstance(moment.targets, Tensor):
            return "inputs and targets of the batch are not one tensor each"
        if not moment.inputs.ndim or len(moment.inputs) < 2 or len(moment.targets) != len(moment.inputs):
            return "the batch needs at least two rows, each with its target"
        return no_tensor(moment) or ("" if _trained(moment.model) else "no parameter is trained")

    def measure(self, moment: Moment) -> Reading:
        rows = len(moment.inputs)
        parts = min(self.parts, rows)
        size = rows // parts
        with quietly(moment.model) as model:
            small, whole = numbers(_squares(_part_gradients(model, moment, parts, size), parts))
        return Reading(_noise(small, whole, size, size * parts))


def _noise(small: float, whole: float, b: int, B: int) -> dict[str, float]:
    """From |G_b|² and |G_B|² by the formulas above."""
    signal = (B * whole - b * small) / (B - b)
    trace = (small - whole) / (1 / b - 1 / B)
    return {
        "noise_scale": trace / signal if signal > 0 else math.nan,
        "noise_trace": trace,
        "signal": signal,
        "noise_norm": math.sqrt(max(trace, 0.0) / B) if not math.isnan(trace) else math.nan,
    }


def _squares(gradients: Iterator[list[Tensor]], parts: int) -> tuple[Tensor, Tensor]:
    """Mean squared norm of the parts' gradients, and squared norm of their mean."""
    mean: list[Tensor] = []
    small: list[Tensor] = []
    for gradient in gradients:
        small.append(_square(gradient))
        mean = [m + g / parts for m, g in zip(mean, gradient, strict=True)] if mean else [g / parts for g in gradient]
    return torch.stack(small).mean(), _square(mean)


def _square(gradient: list[Tensor]) -> Tensor:
    return torch.stack([torch.linalg.vector_norm(g).double().square() for g in gradient]).sum()


def _part_gradients(model: nn.Module, moment: Moment, parts: int, size: int) -> Iterator[list[Tensor]]:
    trained = _trained(model)
    assert moment.criterion is not None
    for part in range(parts):
        rows = slice(part * size, (part + 1) * size)
        with _without_cudnn(model), torch.enable_grad():
            loss = moment.criterion(model(moment.inputs[rows]), moment.targets[rows])
            found = torch.autograd.grad(loss, trained, allow_unused=True, materialize_grads=True)
        yield [_dense(gradient) for gradient in found]


def _trained(model: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def _without_cudnn(model: nn.Module) -> AbstractContextManager[None]:
    """For recurrent layers, whose backward pass cuDNN refuses in eval mode."""
    recurrent = any(isinstance(module, nn.RNNBase) for module in model.modules())
    return torch.backends.cudnn.flags(enabled=False) if recurrent else nullcontext()


def _dense(gradient: Tensor) -> Tensor:
    dense = gradient.to_dense() if gradient.layout is not torch.strided else gradient
    return dense if dense.dtype in (torch.float32, torch.float64) else dense.float()
