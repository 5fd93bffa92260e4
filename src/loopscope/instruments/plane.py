"""A grid over one or two raw inputs, encoded as the model's rows are. Never calls the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn

from .anatomy import device_of
from .moment import Bounds, Moment

LINE = 8
"""A line gets this many times the points of a side of the plane: it is drawn finer and costs less."""


@dataclass(frozen=True, slots=True)
class Grid:
    """`x` (columns,), `y` (rows,) or None over a single raw input; `inputs` (rows × columns, features)."""

    x: np.ndarray
    y: np.ndarray | None
    inputs: Tensor

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, columns), or (columns,)."""
        return (len(self.x),) if self.y is None else (len(self.y), len(self.x))

    @property
    def axes(self) -> dict[str, np.ndarray]:
        return {"grid_x": self.x} if self.y is None else {"grid_x": self.x, "grid_y": self.y}


class Plane:
    """Makes the grid, and keeps it while bounds and encoding stay what they are."""

    def __init__(self, resolution: int) -> None:
        self.resolution = resolution
        self._kept: tuple[Bounds, Callable[[np.ndarray], Tensor], Grid] | None = None

    def grid(self, moment: Moment) -> Grid:
        assert moment.raw_bounds is not None and moment.encode is not None, "asked only where why_not is empty"
        if self._kept is None or self._kept[:2] != (moment.raw_bounds, moment.encode):
            self._kept = (moment.raw_bounds, moment.encode, _grid(moment.raw_bounds, moment.encode, self.resolution))
        return self._kept[2]


def no_plane(moment: Moment) -> str:
    """Why there is no grid for this moment; empty where there is one."""
    if moment.raw_bounds is None or moment.encode is None:
        return "bounds and encoding of the raw inputs are not known"
    if len(moment.raw_bounds) not in (1, 2):
        return f"a picture over the inputs needs one or two of them, not {len(moment.raw_bounds)}"
    return ""


def fitted(inputs: Tensor, model: nn.Module) -> Tensor:
    """Inputs on the model's device, and in its own floating-point type where it has one."""
    kind = next((p.dtype for p in model.parameters() if p.is_floating_point()), inputs.dtype)
    return inputs.to(device_of(model), kind if inputs.is_floating_point() else inputs.dtype)


def _grid(bounds: Bounds, encode: Callable[[np.ndarray], Tensor], resolution: int) -> Grid:
    if len(bounds) == 1:
        x = np.linspace(*bounds[0], resolution * LINE)
        return Grid(x, None, encode(x[:, None]))
    x, y = (np.linspace(*pair, resolution) for pair in bounds)
    columns, rows = np.meshgrid(x, y)  # (rows, columns) each
    return Grid(x, y, encode(np.stack([columns.ravel(), rows.ravel()], axis=1)))
