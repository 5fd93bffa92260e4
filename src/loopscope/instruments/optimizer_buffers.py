"""What the optimizer remembers of each parameter: momentum, running squares, step counts. Never makes it remember."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.optim import Optimizer

from .anatomy import parameters
from .cadence import Cadence, LogSpaced
from .instrument import Instrument, Reading
from .moment import Moment
from .norms import norms
from .transfer import arrays, numbers


class OptimizerBuffers(Instrument):
    """Buffers under torch.optim's own names: `exp_avg`, `exp_avg_sq`, `momentum_buffer`, `square_avg`, `step` …

    A parameter that the model does not name goes by its place, `group0[3]`. Lists (L-BFGS's history) are left out.
    """

    name = "optimizer_buffers"
    describes: ClassVar[dict[str, str]] = {
        "{buffer}/{parameter}": "L2 norm of a buffer [exp_avg, momentum_buffer: units of the gradient; exp_avg_sq, "
        "square_avg: of its square]; a single number (step) as it is; entries of small tensors [the same, an array]",
    }
    example = "OptimizerBuffers(most=1024)"
    usual = LogSpaced(4)

    def __init__(
        self,
        cadence: Cadence | str | int | None = None,
        *,
        most: int = 1024,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(cadence, clock=clock)
        self.most = most

    def why_not(self, moment: Moment) -> str:
        return "no optimizer is known" if moment.optimizer is None else ""

    @torch.no_grad()
    def measure(self, moment: Moment) -> Reading:
        assert moment.optimizer is not None
        names = {id(parameter): name for name, parameter in parameters(moment.model)}
        found = dict(_buffers(moment.optimizer, names))
        single = {key: value for key, value in found.items() if not isinstance(value, Tensor)}
        scalars = {key: value for key, value in found.items() if isinstance(value, Tensor) and value.ndim == 0}
        tensors = {key: value for key, value in found.items() if isinstance(value, Tensor) and value.ndim > 0}
        small = {key: value for key, value in tensors.items() if value.numel() <= self.most and not value.is_sparse}
        # copies, since a view would keep every tensor of this reading in memory
        return Reading(
            {key: float(value) for key, value in single.items()}
            | dict(zip(scalars, numbers(list(scalars.values())), strict=True))
            | dict(zip(tensors, norms(list(tensors.values())), strict=True)),
            {key: array.copy() for key, array in zip(small, arrays(list(small.values())), strict=True)},
        )


def _buffers(optimizer: Optimizer, names: dict[int, str]) -> Iterator[tuple[str, Any]]:
    for place, group in enumerate(optimizer.param_groups):
        for index, parameter in enumerate(group["params"]):
            name = names.get(id(parameter), f"group{place}[{index}]")
            state = optimizer.state.get(parameter, {})  # `state[parameter]` would make an entry
            for buffer, value in state.items():
                if isinstance(value, (Tensor, int, float)):
                    yield f"{buffer}/{name}", value
