"""A small network with its numbers: values in the units, gradients beneath, weights as lines. Knows no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from .palette import Palette, mix
from .sheet import Picture, paper

UNIT, GAP, COLUMN, BOX, AFTER = 0.4, 0.16, 1.68, 1.1, 1.35
"""Inches: height of a quantity, between two units, from column to column, a unit's width, room for the loss."""


@dataclass(frozen=True, slots=True)
class Lines:
    """One quantity of a column: its symbol, a number for each unit (units,), and the loss's gradient by it (units,)."""

    symbol: str
    values: ArrayLike
    gradient: ArrayLike


@dataclass(frozen=True, slots=True)
class Column:
    """Units that stand in a column: what they take and give. `weight` (units, units before) leads to them."""

    name: str
    lines: Sequence[Lines]
    weight: ArrayLike | None = None

    @property
    def tall(self) -> float:
        """Inches of a unit's box."""
        return UNIT * len(self.lines)

    @property
    def units(self) -> int:
        return int(np.size(self.lines[0].values))


def chain(columns: Sequence[Column], *, loss: tuple[str, float], dark: bool = False) -> Picture:
    """The network from left to right. Each unit shows what it holds (forward) and the gradient by it (backward).

    Lines are weights: width by size, colour by sign. `loss` is the loss's name and value, written at the right.
    """
    assert columns, "there is nothing to draw"
    height = max(max(column.units * (column.tall + GAP) for column in columns) + 0.6, 2.4)
    width = max(len(columns) * COLUMN + AFTER, 6.4)
    with paper(dark) as colours:
        picture = Picture(figsize=(width, height))
        picture.set_layout_engine("none")  # places are given in inches here
        axes = picture.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(0, height)
        xs = _across(len(columns), width - AFTER)
        ys = [_down(column.units, column.tall, height - 0.3) for column in columns]
        scale = _largest(columns)
        for k, (before, after) in enumerate(pairwise(columns)):
            _weights(axes, (xs[k], xs[k + 1]), (ys[k], ys[k + 1]), after, scale, colours)
            assert before.units == len(ys[k])
        for x, y, column in zip(xs, ys, columns, strict=True):
            _column(axes, x, y, column, height, colours)
        _loss(axes, xs[-1], ys[-1], loss, colours)
        return picture


def _across(count: int, width: float) -> list[float]:
    step = width / count
    return [step * (k + 0.5) for k in range(count)]


def _down(units: int, tall: float, height: float) -> list[float]:
    return [height / 2 + ((units - 1) / 2 - k) * (tall + GAP) for k in range(units)]


def _largest(columns: Sequence[Column]) -> float:
    sizes = [float(np.abs(np.asarray(c.weight)).max()) for c in columns if c.weight is not None]
    return max([size for size in sizes if np.isfinite(size) and size > 0], default=1.0)


def _weights(
    axes: Axes, xs: tuple[float, float], ys: tuple[list[float], list[float]], after: Column, scale: float,
    colours: Palette,
) -> None:  # fmt: skip
    if after.weight is None:
        return
    table: NDArray[np.float64] = np.asarray(after.weight, dtype=np.float64)
    crowded = table.size > 12
    for unit, row in enumerate(table):
        for entry, weight in enumerate(row):
            ends = (xs[0] + BOX / 2, xs[1] - BOX / 2), (ys[0][entry], ys[1][unit])
            colour = colours.of_class(1 if weight >= 0 else 0)
            axes.plot(*ends, color=colour, linewidth=0.4 + 2.2 * abs(weight) / scale, zorder=1)
            if not crowded:  # numbers nearer to the unit they belong to, where lines are apart
                share = 0.55
                spot = [a + (b - a) * share for a, b in ends]
                axes.text(spot[0], spot[1], _written(weight), fontsize=7, ha="center", va="center", zorder=2,
                          color=mix(colour, colours.ink, 0.4),
                          bbox={"facecolor": colours.paper, "edgecolor": "none", "pad": 0.6})  # fmt: skip


def _column(axes: Axes, x: float, ys: Sequence[float], column: Column, height: float, colours: Palette) -> None:
    axes.text(x, height - 0.18, column.name, ha="center", va="center", color=colours.muted, fontsize=8)
    tall, pitch = column.tall, column.tall / (2 * len(column.lines))
    for unit, y in enumerate(ys):
        axes.add_patch(Rectangle((x - BOX / 2, y - tall / 2), BOX, tall, facecolor=colours.paper,
                                 edgecolor=colours.faint, linewidth=0.8, zorder=3))  # fmt: skip
        for k, line in enumerate(column.lines):
            top = y + tall / 2 - (2 * k + 0.5) * pitch
            name = f"{line.symbol}[{unit}]"
            _number(axes, x, top, name, np.ravel(line.values)[unit], mix(colours.forward, colours.ink, 0.35))
            _number(axes, x, top - pitch, f"∂L/∂{name}", np.ravel(line.gradient)[unit],
                    mix(colours.backward, colours.ink, 0.1))  # fmt: skip


def _number(axes: Axes, x: float, y: float, symbol: str, value: float, colour: str) -> None:
    axes.text(x - BOX / 2 + 0.06, y, symbol, fontsize=7, va="center", color=colour, zorder=4)
    axes.text(x + BOX / 2 - 0.06, y, _written(value), fontsize=7, ha="right", va="center", color=colour, zorder=4)


def _loss(axes: Axes, x: float, ys: Sequence[float], loss: tuple[str, float], colours: Palette) -> None:
    at = x + BOX / 2 + 0.5
    middle = float(np.mean(ys))
    for y in ys:
        axes.plot([x + BOX / 2, at - 0.12], [y, middle], color=colours.loss, linewidth=0.8)
    axes.text(at - 0.08, middle, f"L = {_written(loss[1])}\n{loss[0]}", va="center", fontsize=8,
              color=mix(colours.loss, colours.ink, 0.35))  # fmt: skip


def _written(value: float) -> str:
    return f"{float(value):.4g}".replace("-", "−")
