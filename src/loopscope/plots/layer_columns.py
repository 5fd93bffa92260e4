"""A network as columns of units, one a layer, with shapes and counts beneath. Knows no model: numbers come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle

from .palette import Palette
from .sheet import Picture, paper

MOST_DRAWN, HEIGHT, FOOT, HEAD = 12, 3.4, 0.75, 0.35
"""Units of a column that are drawn; inches of the picture, and what is kept for texts below and above."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A layer: how many units it gives, its weight's shape and its count as texts. `joined` to all units before."""

    name: str
    units: int | None
    shape: str
    count: str
    joined: bool = False
    noun: str = "unit"


def architecture(columns: Sequence[Drawn], *, total: str, dark: bool = False) -> Picture:
    """Units as circles, at most 12 a column (the rest is a number), lines where each takes all of the column before."""
    assert columns, "there is nothing to draw"
    width = max(6.4, 1.3 * len(columns))
    with paper(dark) as colours:
        picture = Picture(figsize=(width, HEIGHT))
        picture.set_layout_engine("none")  # places are given in inches here
        axes = picture.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(0, HEIGHT)
        xs = [width * (k + 0.5) / len(columns) for k in range(len(columns))]
        ys = [_places(column.units) for column in columns]
        for (x0, x1), (y0, y1), (_, after) in zip(pairwise(xs), pairwise(ys), pairwise(columns), strict=True):
            if after.joined:
                lines = [((x0, a), (x1, b)) for a in y0 for b in y1]
                axes.add_collection(LineCollection(lines, colors=colours.faint, linewidths=0.5, zorder=1))
        for x, y, column in zip(xs, ys, columns, strict=True):
            _column(axes, x, y, column, colours)
        axes.text(width - 0.1, 0.1, total, ha="right", va="bottom", fontsize=8, color=colours.ink)
        return picture


def _places(units: int | None) -> np.ndarray:
    count = min(units or 1, MOST_DRAWN)
    room = HEIGHT - FOOT - HEAD
    pitch = min(0.32, room / count)
    middle = FOOT + room / 2
    return middle + (np.arange(count)[::-1] - (count - 1) / 2) * pitch


def _column(axes: Axes, x: float, ys: np.ndarray, column: Drawn, colours: Palette) -> None:
    for y in ys:
        axes.add_patch(Circle((x, float(y)), 0.085, facecolor=colours.paper, edgecolor=colours.forward, zorder=2))
    units = "" if column.units is None else f"{column.units:,} {column.noun}{'s' * (column.units != 1)}"
    if column.units is not None and column.units > MOST_DRAWN:
        units += f" ({MOST_DRAWN} drawn)"
    axes.text(x, HEIGHT - 0.16, column.name, ha="center", va="center", fontsize=8, color=colours.ink)
    axes.text(x, FOOT - 0.12, units, ha="center", va="center", fontsize=8, color=colours.muted)
    under = f"{column.shape}  {column.count}".strip()
    axes.text(x, FOOT - 0.32, under, ha="center", va="center", fontsize=8, color=colours.muted)
