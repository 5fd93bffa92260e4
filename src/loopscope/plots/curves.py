"""Curves over optimizer steps: the loss of one run, and one quantity of several runs. Knows no store and no run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike, NDArray

from . import scales
from .labels import End, count_x, label_ends, scale_y
from .palette import MARKERS, Palette, mix
from .sheet import HEIGHT, Picture, name_axes, paper, sheet

Series: TypeAlias = Mapping[str, tuple[ArrayLike, ArrayLike]]
"""Name → (steps, values), two sequences of one length."""

DASHES = ("-", (0, (4, 2)), (0, (1, 1.6)), (0, (6, 2, 1, 2)), (0, (8, 3)))


@dataclass(frozen=True, slots=True)
class Curve:
    """A series as float arrays of one length, steps whole numbers in rising order."""

    name: str
    steps: NDArray[np.float64]
    values: NDArray[np.float64]

    @property
    def finite(self) -> NDArray[np.bool_]:
        return np.isfinite(self.values)


def curves_of(series: Series) -> list[Curve]:
    """Series as arrays; those without a single point are left out."""
    curves = [
        Curve(name, np.asarray(steps, dtype=np.float64).ravel(), np.asarray(values, dtype=np.float64).ravel())
        for name, (steps, values) in series.items()
    ]
    for curve in curves:
        assert curve.steps.shape == curve.values.shape, (
            f"{curve.name}: {curve.steps.shape} steps, {curve.values.shape} values"
        )
    return [curve for curve in curves if curve.steps.size]


def loss(series: Series, *, y: str = "loss", x: str = "optimizer steps", dark: bool = False) -> Picture:
    """The loss over steps: `train` solid, `test` dashed, `batch` (each batch's own) pale behind them.

    `y` names the quantity with its unit. The lowest test loss is ringed where the test loss rises again after it;
    the first step that is not finite is crossed.
    """
    curves = curves_of(series)
    with paper(dark) as colours:
        picture, axes = sheet()
        scale = scales.choose(curve.values for curve in curves)
        ends = [_loss_curve(axes, curve, scale, colours) for curve in curves]
        _finish(axes, scale, x, y)
        for curve in curves:
            _mark_lowest(axes, curve, scale, colours)
        _mark_divergence(axes, curves, colours)
        label_ends(axes, [end for end in ends if end], HEIGHT * 0.8, colours.faint)
        return picture


def comparison(runs: Series, *, y: str = "loss", x: str = "optimizer steps", dark: bool = False) -> Picture:
    """One quantity of several runs over steps; colour, dashes and a marker at the end tell them apart."""
    curves = curves_of(runs)
    with paper(dark) as colours:
        picture, axes = sheet()
        scale = scales.choose(curve.values for curve in curves)
        ends = [_run_curve(axes, curve, scale, colours, index) for index, curve in enumerate(curves)]
        _finish(axes, scale, x, y)
        label_ends(axes, [end for end in ends if end], HEIGHT * 0.8, colours.faint)
        return picture


def draw(axes: Axes, curve: Curve, scale: scales.Scale, **looks: Any) -> None:
    """A line through a curve; a lone point becomes a dot, which a line of no length would not show."""
    if curve.steps.size == 1:
        axes.plot(curve.steps, scale.place(curve.values), marker="o", linestyle="none", color=looks["color"])
    else:
        axes.plot(curve.steps, scale.place(curve.values), **looks)


def last_finite(curve: Curve) -> int | None:
    """Index of the last finite value, or None."""
    found = np.flatnonzero(curve.finite)
    return int(found[-1]) if found.size else None


def _loss_curve(axes: Axes, curve: Curve, scale: scales.Scale, colours: Palette) -> End | None:
    looks = {
        "batch": {"color": mix(colours.paper, colours.loss, 0.3), "linewidth": 0.8},
        "test": {"color": colours.loss, "linestyle": (0, (4, 2))},
    }.get(curve.name, {"color": colours.loss})
    draw(axes, curve, scale, **looks)
    index = last_finite(curve)
    if index is None:
        return None
    value = curve.values[index]
    name = "each batch" if curve.name == "batch" else f"{curve.name} {scales.number(value)}"
    colour = colours.muted if curve.name == "batch" else mix(colours.loss, colours.ink, 0.3)
    return End(name, curve.steps[index], float(scale.place(value)), colour)


def _run_curve(axes: Axes, curve: Curve, scale: scales.Scale, colours: Palette, index: int) -> End | None:
    colour, marker = colours.of_class(index), MARKERS[index % len(MARKERS)]
    draw(axes, curve, scale, color=colour, linestyle=DASHES[index % len(DASHES)])
    last = last_finite(curve)
    if last is None:
        return None
    at, value = curve.steps[last], curve.values[last]
    axes.plot([at], scale.place([value]), marker=marker, color=colour, clip_on=False)
    return End(f"{curve.name} {scales.number(value)}", at, float(scale.place(value)), mix(colour, colours.ink, 0.3))


def _finish(axes: Axes, scale: scales.Scale, x: str, y: str) -> None:
    count_x(axes)
    scale_y(axes, scale)
    if not scale.log and axes.dataLim.y0 >= 0:  # a loss is read against nothing, not against its own minimum
        axes.set_ylim(bottom=0)
    name_axes(axes, x, y, scale.note)


def _mark_lowest(axes: Axes, curve: Curve, scale: scales.Scale, colours: Palette) -> None:
    if curve.name != "test" or not curve.finite.any():
        return
    lowest = int(np.nanargmin(np.where(curve.finite, curve.values, np.nan)))
    last = curve.values[last_finite(curve) or 0]
    early = curve.steps[lowest] <= 0.8 * curve.steps[-1]  # near the end it would stand under the labels
    if not early or last <= 1.05 * curve.values[lowest]:  # a rise of less than 5 % is not worth a mark
        return
    spot = (curve.steps[lowest], float(scale.place(curve.values[lowest])))
    axes.plot(*spot, marker="o", markersize=6, markerfacecolor=colours.paper, markeredgecolor=colours.loss)
    axes.annotate(
        f"lowest {scales.number(curve.values[lowest])} at step {curve.steps[lowest]:,.0f}", spot, xytext=(0, -8),
        textcoords="offset points", ha="center", va="top", fontsize=8, color=colours.muted,
        path_effects=[withStroke(linewidth=2.5, foreground=colours.paper)],
    )  # fmt: skip


def _mark_divergence(axes: Axes, curves: list[Curve], colours: Palette) -> None:
    """A cross and a line at the first step that is not finite, with the curves that broke there."""
    broken = {curve.name: float(curve.steps[~curve.finite][0]) for curve in curves if not curve.finite.all()}
    if not broken:
        return
    step = min(broken.values())
    names = ", ".join(name for name, first in broken.items() if first == step)
    axes.plot([step], [0], marker="x", color=colours.trouble, transform=axes.get_xaxis_transform(), clip_on=False)
    axes.axvline(step, color=colours.trouble, linewidth=0.8)
    low, high = axes.get_xlim()
    left = step > (low + high) / 2  # the text goes where there is room
    axes.annotate(
        f"{names}: not finite at step {step:,.0f}", (step, 1), xycoords=("data", "axes fraction"),
        xytext=(-4 if left else 4, -2), textcoords="offset points", ha="right" if left else "left", va="top",
        fontsize=8, color=colours.trouble,
    )  # fmt: skip
