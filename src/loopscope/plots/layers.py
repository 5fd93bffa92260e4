"""Gradient norms by layer over steps: which layers learn. Knows no hook and no optimizer."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize

from . import scales
from .curves import Curve, Series, curves_of, draw, last_finite
from .labels import End, count_x, label_ends, power_of_ten, scale_y
from .palette import Palette, mix
from .points import bar
from .ramps import rising
from .sheet import HEIGHT, Picture, name_axes, paper, sheet

MOST_COLUMNS = 600  # of a map: more than its pixels on paper at 150 dots an inch
MOST_LINES = 8  # more labels than that do not fit beside the axes at 9 pt


def gradients(
    by_layer: Series, *, y: str = "gradient norm ‖∂L/∂W‖₂", x: str = "optimizer steps", dark: bool = False
) -> Picture:
    """Norms over steps, layers in the order given (first to last: pale to full). Beyond eight layers, a map."""
    curves = curves_of(by_layer)
    with paper(dark) as colours:
        picture, axes = sheet()
        if len(curves) > MOST_LINES:
            draw_map(picture, axes, curves, colours, colours.backward, y, x)
        else:
            draw_lines(axes, curves, colours, colours.backward, y, x)
        return picture


def draw_lines(
    axes: Axes, curves: list[Curve], colours: Palette, colour: str, y: str, x: str, height: float = HEIGHT * 0.8
) -> None:
    """A line a layer, pale to full, its name at its end."""
    scale = scales.choose(curve.values for curve in curves)
    ends: list[End] = []
    for curve, shade in zip(curves, colours.ramp(colour, len(curves)), strict=True):
        draw(axes, curve, scale, color=shade)
        last = last_finite(curve)
        if last is not None:
            ends.append(
                End(curve.name, curve.steps[last], float(scale.place(curve.values[last])), mix(shade, colours.ink, 0.2))
            )
    count_x(axes)
    scale_y(axes, scale)
    if not scale.log and curves and axes.dataLim.y0 >= 0:
        axes.set_ylim(bottom=0)
    name_axes(axes, x, y, scale.note)
    label_ends(axes, ends, height, colours.faint)


def draw_map(
    picture: Picture,
    axes: Axes,
    curves: list[Curve],
    colours: Palette,
    colour: str,
    y: str,
    x: str,
    *,
    share: bool = False,
) -> None:
    """A row a layer (first on top), a column a step, colour for the value; what was not finite stays paper.

    With `share` the ramp runs from 0 to 1, so that two figures of shares can be compared.
    """
    steps = _evenly(np.unique(np.concatenate([curve.steps for curve in curves])), MOST_COLUMNS)
    table = np.full((len(curves), steps.size), np.nan)
    for row, curve in enumerate(curves):
        drawn = np.isin(curve.steps, steps)
        table[row, np.searchsorted(steps, curve.steps[drawn])] = curve.values[drawn]
    scale = scales.Scale(False, "shares are compared as they are") if share else scales.choose([table])
    placed = np.ma.masked_invalid(scale.place(table))
    norm = (
        LogNorm(placed.min(), placed.max())
        if scale.log
        else Normalize(min(0, placed.min()), 1 if share else placed.max())
    )
    shown = axes.pcolormesh(
        _edges(steps), np.arange(len(curves) + 1), placed, cmap=rising(colours, colour), norm=norm, rasterized=True
    )
    axes.invert_yaxis()
    axes.grid(visible=False)
    stride = -(-len(curves) // 24)
    axes.set_yticks(np.arange(0, len(curves), stride) + 0.5, [curve.name for curve in curves[::stride]])
    count_x(axes)
    name_axes(axes, x, "layer, first on top", scale.note)
    strip = bar(picture, axes, shown, y)
    if scale.log:
        strip.ax.yaxis.set_major_formatter(lambda value, _: power_of_ten(value))


def _evenly(steps: np.ndarray, most: int) -> np.ndarray:
    """At most so many of the steps, first and last among them."""
    if steps.size <= most:
        return steps
    return steps[np.linspace(0, steps.size - 1, most).round().astype(int)]


def _edges(steps: np.ndarray) -> np.ndarray:
    """Borders (n + 1,) of cells around steps (n,), each half-way to its neighbour."""
    if steps.size == 1:
        return np.array([steps[0] - 0.5, steps[0] + 0.5])
    middles = (steps[1:] + steps[:-1]) / 2
    return np.concatenate([[steps[0]], middles, [steps[-1]]])
