"""Small multiples of functions with their slopes, and regions shaded. Knows no activation: curves come in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .palette import Palette, mix
from .sheet import WIDTH, Picture, paper

ACROSS, PANEL = 4, 1.25
"""Panels in a row, and inches of one's height."""
TOP = 3.0
"""Values beyond this are cut: every panel has the same axes, so that slopes can be compared."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A function's `value` and `slope` (points,), and regions (kind, low, high): `dead` or `saturated`."""

    name: str
    value: ArrayLike
    slope: ArrayLike
    regions: Sequence[tuple[str, float, float]] = ()


def slopes(x: ArrayLike, curves: Sequence[Curve], *, dark: bool = False) -> Picture:
    """A panel each: value solid, slope dashed. Dead regions are grey with a line beneath, saturated ones pale."""
    assert curves, "there is nothing to draw"
    columns = min(ACROSS, len(curves))
    rows = math.ceil(len(curves) / columns)
    with paper(dark) as colours:
        picture = Picture(figsize=(WIDTH, max(rows * PANEL + 0.4, 2.4)))
        panels = picture.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, curve in zip(panels, curves, strict=False):
            _panel(axes, np.asarray(x, dtype=np.float64), curve, colours)
        for axes in panels[len(curves) :]:
            axes.set_visible(False)
        _key(panels[0], colours)
        panels[len(curves) - 1].set_xlabel("x", loc="right")
        return picture


def _panel(axes: Axes, x: np.ndarray, curve: Curve, colours: Palette) -> None:
    for kind, low, high in curve.regions:
        dead = kind == "dead"
        axes.axvspan(low, high, color=mix(colours.paper, colours.ink if dead else colours.loss, 0.14), linewidth=0)
        if dead:
            axes.plot([low, high], [-1.45, -1.45], color=colours.ink, linewidth=2, solid_capstyle="butt")
    axes.axhline(0, color=colours.faint, linewidth=0.6)
    axes.axvline(0, color=colours.faint, linewidth=0.6)
    axes.plot(x, np.asarray(curve.value), color=colours.forward, linewidth=1.4)
    axes.plot(x, np.asarray(curve.slope), color=colours.backward, linewidth=1.1, linestyle=(0, (4, 2)))
    axes.set_title(curve.name, fontsize=8, pad=2)
    axes.set_ylim(-1.5, TOP)
    axes.set_xlim(x[0], x[-1])
    axes.set_xticks([-4, 0, 4])
    axes.set_yticks([-1, 0, 1, 2])
    axes.grid(visible=False)
    axes.tick_params(labelsize=7)


def _key(axes: Axes, colours: Palette) -> None:
    for text, colour, y in (("value", colours.forward, 0.88), ("slope", colours.backward, 0.72)):
        axes.text(0.04, y, text, fontsize=7, color=mix(colour, colours.ink, 0.3), transform=axes.transAxes)
