"""What each input and each hidden unit answers to, over the plane of raw inputs. Never sees the task."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

import numpy as np
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd  # pyright: ignore[reportPrivateUsage]

from .cadence import Cadence, LogSpaced
from .instrument import Instrument, Reading
from .listening import listening
from .moment import Moment
from .plane import Grid, Plane, fitted, no_plane
from .quiet import quietly
from .transfer import arrays

WEIGHTED = (nn.Linear, nn.Bilinear, nn.RNNBase, _ConvNd)


class NeuronMaps(Instrument):
    """Each input as the model sees it, scaled, and each hidden unit as the next layer receives it.

    A unit is seen after norm and activation, dropout off, in eval mode.

    A hidden layer goes by the name of its weights' module (`0` for the parameter `0.weight`); the last such layer is
    the output and is left out. At most `units` units of a layer are shown, the first ones; of more inputs than that,
    none.
    """

    name = "neuron_maps"
    describes: ClassVar[dict[str, str]] = {
        "grid_x": "places along the first raw input, (columns,) [its unit, an array]",
        "grid_y": "places along the second raw input, (rows,) [its unit, an array]",
        "inputs": "each input of the model, (inputs, rows, columns) or (inputs, columns) [as it sees them, an array]",
        "{layer}": "output of each unit, (units, rows, columns) or (units, columns) [units of the layer, an array]",
    }
    example = "NeuronMaps(resolution=30, units=32)"
    usual = LogSpaced(4)

    def __init__(
        self,
        cadence: Cadence | str | int | None = None,
        *,
        resolution: int = 30,
        units: int = 32,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(cadence, clock=clock)
        self.plane, self.units = Plane(resolution), units
        self._inputs: tuple[Grid, np.ndarray] | None = None

    def why_not(self, moment: Moment) -> str:
        return no_plane(moment)

    def measure(self, moment: Moment) -> Reading:
        grid = self.plane.grid(moment)
        answers: dict[str, Tensor] = {}  # layer → (points, units)
        current = ""

        def hear(layer: str, module: nn.Module, output: Tensor) -> None:
            nonlocal current
            current = layer if isinstance(module, WEIGHTED) else current
            if current and output.ndim == 2 and len(output) == len(grid.inputs):
                answers[current] = output[:, : self.units].clone()  # the last word of a layer stands

        with quietly(moment.model) as model, listening(model, hear):
            model(fitted(grid.inputs, model))
        answers.pop(current, None)
        maps = arrays([answer.T.reshape(-1, *grid.shape) for answer in answers.values()])
        return Reading(arrays=grid.axes | self._input_maps(grid) | dict(zip(answers, maps, strict=True)))

    def _input_maps(self, grid: Grid) -> dict[str, np.ndarray]:
        """The grid's own inputs (points, features), a map each; made once a grid."""
        if grid.inputs.ndim != 2 or grid.inputs.shape[1] > self.units:
            return {}
        if self._inputs is None or self._inputs[0] is not grid:
            self._inputs = grid, grid.inputs.T.reshape(-1, *grid.shape).float().cpu().numpy().copy()
        return {"inputs": self._inputs[1]}
