"""What the model says everywhere over one or two raw inputs. Never sees the rows it was trained on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from torch import Tensor

from ..experiment.vocabulary import Task
from .cadence import Cadence, LogSpaced
from .forward import no_tensor, outputs_for
from .instrument import Instrument, Reading
from .moment import Moment
from .plane import Plane, fitted, no_plane
from .quiet import quietly


class DecisionSurface(Instrument):
    """Probabilities, or values in regression, on a grid of `resolution` × `resolution` points in raw units.

    Over a single raw input it is a curve of eight times as many points. Probabilities are made here from the model's
    logits (sigmoid, softmax), in eval mode.
    """

    name = "decision_surface"
    describes: ClassVar[dict[str, str]] = {
        "grid_x": "places along the first raw input, (columns,) [its unit, an array]",
        "grid_y": "places along the second raw input, (rows,) [its unit, an array]",
        "values": "binary: probability of class 1; multiclass: of each class, classes first [0 to 1]; regression: the "
        "value [units of the targets as the model sees them]; (rows, columns) or (columns,) [an array]",
    }
    example = "DecisionSurface(resolution=50)"
    usual = LogSpaced(8)

    def __init__(
        self,
        cadence: Cadence | str | int | None = None,
        *,
        resolution: int = 50,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(cadence, clock=clock)
        self.plane = Plane(resolution)

    def why_not(self, moment: Moment) -> str:
        if moment.task not in ("binary", "multiclass", "regression"):
            return "the task is not known" if moment.task is None else f"{moment.task} has no surface"
        return no_plane(moment) or no_tensor(moment)

    def measure(self, moment: Moment) -> Reading:
        assert moment.task is not None
        grid = self.plane.grid(moment)
        with quietly(moment.model) as model:
            said = shown(outputs_for(model, fitted(grid.inputs, model)).float(), moment.task)  # (…, points)
        values = said.reshape(*said.shape[:-1], *grid.shape).cpu().numpy()
        return Reading(arrays=grid.axes | {"values": values})


def shown(outputs: Tensor, task: Task) -> Tensor:
    """Logits (points, outputs) as what is shown: (points,), or (outputs, points) where there are several."""
    columns = outputs.reshape(len(outputs), -1)
    if task == "binary":
        return columns[:, 0].sigmoid() if columns.shape[1] == 1 else columns.softmax(1)[:, 1]
    if task == "multiclass":
        return columns.softmax(1).T
    return columns[:, 0] if columns.shape[1] == 1 else columns.T
