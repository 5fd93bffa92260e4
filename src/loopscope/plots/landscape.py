"""The loss over a plane of weights, and along a line between two states. Knows no model: losses come in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter
from numpy.typing import ArrayLike, NDArray

from .labels import log_ticks, power_of_ten, scale_y
from .palette import Palette, mix
from .points import bar
from .ramps import rising
from .scales import choose, number
from .sheet import Picture, name_axes, paper, sheet

LEVELS = 12
STEEP = 5.0
"""Highest over lowest loss above which levels stand at equal ratios: a valley's ground shows on no linear scale."""
GROUND = 0.75  # the path and its ends must show on the darkest ground


def terrain(
    x: ArrayLike,
    y: ArrayLike,
    losses: ArrayLike,
    *,
    here: Sequence[float] = (),
    path: ArrayLike | None = None,
    names: Sequence[str] = ("direction 1", "direction 2"),
    dark: bool = False,
) -> Picture:
    """Contours of losses (rows, columns) at `x` (columns,) and `y` (rows,): the stronger the colour, the higher.

    `path` (points, 2) is drawn from its first state (ringed) to its last (filled); `here`, where the model stands,
    where there is none. What is not finite is left empty.
    """
    xs, ys, table = (np.asarray(each, dtype=np.float64) for each in (x, y, losses))
    assert table.shape == (ys.size, xs.size), f"losses {table.shape} on a grid of {ys.size} rows, {xs.size} columns"
    with paper(dark) as colours:
        picture, axes = sheet()
        axes.grid(visible=False)
        _contours(picture, axes, xs, ys, np.where(np.isfinite(table), table, np.nan), colours)
        _way(axes, None if path is None else np.asarray(path, dtype=np.float64), here, colours)
        axes.set_xlim(xs[0], xs[-1])
        axes.set_ylim(ys[0], ys[-1])
        name_axes(axes, names[0], names[1])
        return picture


def passage(
    along: ArrayLike,
    losses: ArrayLike,
    barrier: tuple[float, float] | None = None,
    *,
    name: str = "from one state (0) to the other (1)",
    dark: bool = False,
) -> Picture:
    """Losses (points,) along a line, and its straight chord; `barrier` is where the curve is highest above it."""
    places, values = np.asarray(along, dtype=np.float64), np.asarray(losses, dtype=np.float64)
    with paper(dark) as colours:
        picture, axes = sheet()
        scale = choose([values]) if barrier is None else choose([])  # a chord is straight on a linear axis only
        axes.plot(places, scale.place(values), color=colours.loss)
        if barrier is not None:
            _chord(axes, places, values, barrier, colours)
        axes.margins(x=0)
        scale_y(axes, scale)
        name_axes(axes, name, "loss", scale.note)
        return picture


def _contours(
    picture: Picture, axes: Axes, xs: NDArray[np.float64], ys: NDArray[np.float64], table: NDArray[np.float64],
    colours: Palette,
) -> None:  # fmt: skip
    finite = table[np.isfinite(table)]
    if not finite.size:
        return
    low, high = float(finite.min()), float(finite.max())
    high = high if high > low else low + max(abs(low), 1.0) * 1e-3
    log = low > 0 and high / low > STEEP
    norm = LogNorm(low, high) if log else Normalize(low, high)
    levels = np.geomspace(low, high, LEVELS + 1) if log else np.linspace(low, high, LEVELS + 1)
    ground = np.clip(table, levels[0], levels[-1])  # the ends of a range are only nearly what was put in
    ramp = rising(colours, mix(colours.paper, colours.loss, GROUND))
    axes.contourf(xs, ys, ground, levels=levels, cmap=ramp, norm=norm)
    lines = axes.contour(xs, ys, ground, levels=levels[1:-1], colors=[colours.muted], linewidths=0.5)
    strip = bar(picture, axes, ScalarMappable(norm, ramp), "loss, log scale" if log else "loss")
    strip.add_lines(lines)
    if log:
        strip.set_ticks(log_ticks(low, high), minor=False)
        strip.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: power_of_ten(value)))
        strip.ax.minorticks_off()


def _way(axes: Axes, path: NDArray[np.float64] | None, here: Sequence[float], colours: Palette) -> None:
    looks = {"color": colours.ink, "linestyle": "none", "zorder": 5, "markersize": 6}
    if path is None:
        if len(here):
            axes.plot(*here[:2], marker="o", markerfacecolor=colours.ink, **looks)
        return
    axes.plot(path[:, 0], path[:, 1], color=colours.ink, linewidth=1.2, marker=".", markersize=3, zorder=4)
    axes.plot(*path[0], marker="o", markerfacecolor=colours.paper, **looks)
    axes.plot(*path[-1], marker="o", markerfacecolor=colours.ink, **looks)


def _chord(
    axes: Axes, places: NDArray[np.float64], values: NDArray[np.float64], barrier: tuple[float, float], colours: Palette
) -> None:
    first, last = np.interp([0.0, 1.0], places, values)
    axes.plot([0, 1], [first, last], color=colours.muted, linestyle=(0, (4, 2)), linewidth=1.0)
    at, height = barrier
    if not np.isfinite(height) or height <= 0:
        return
    foot = first + at * (last - first)
    axes.annotate("", (at, foot + height), (at, foot), arrowprops={"arrowstyle": "<->", "color": colours.ink})
    axes.annotate(f"barrier {number(height)}", (at, foot + height / 2), xytext=(6, 0), textcoords="offset points",
                  color=colours.ink, va="center",
                  path_effects=[withStroke(linewidth=3, foreground=colours.paper)])  # fmt: skip
