"""What the layers put out over steps: mean, deviation, dead and saturated shares. Knows no hook and no module."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes

from .curves import Curve, Series, curves_of
from .labels import count_x
from .layers import draw_map
from .palette import Palette
from .sheet import HEIGHT, WIDTH, Picture, paper

MOST_PANELS = 6


@dataclass(frozen=True, slots=True)
class Layers:
    """Layer → (steps, values) of each statistic; `dead` and `saturated` are shares from 0 to 1."""

    mean: Series
    deviation: Series
    dead: Series = field(default_factory=dict)
    saturated: Series = field(default_factory=dict)


def activations(layers: Layers, *, x: str = "optimizer steps", dark: bool = False) -> Picture:
    """Up to six layers: a panel each with mean and ± one deviation. More: deviation and dead share as two maps."""
    with paper(dark) as colours:
        if len(layers.mean) > MOST_PANELS:
            return _maps(layers, x, colours)
        names = list(layers.mean)
        columns = 1 if len(names) == 1 else 2 if len(names) in (2, 4) else 3
        rows = max(1, math.ceil(len(names) / columns))
        picture = Picture(figsize=(WIDTH, HEIGHT if rows > 1 else HEIGHT * 0.75))
        panels = picture.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, name in zip(panels, names, strict=False):
            _panel(axes, name, layers, colours)
        for axes in panels[len(names) :]:
            axes.set_visible(False)
        panels[0].set_ylabel("activation, mean ± deviation")
        panels[min(len(names), len(panels)) - 1].set_xlabel(x, loc="right")
        return picture


def _panel(axes: Axes, name: str, layers: Layers, colours: Palette) -> None:
    [mean] = curves_of({name: layers.mean[name]}) or [Curve(name, np.zeros(1), np.full(1, np.nan))]
    spread = np.asarray(layers.deviation[name][1], dtype=np.float64).ravel()
    axes.axhline(0, color=colours.faint, linewidth=0.7)
    axes.fill_between(
        mean.steps, mean.values - spread, mean.values + spread, color=colours.forward, alpha=0.22, linewidth=0
    )
    axes.plot(mean.steps, mean.values, color=colours.forward, marker="o" if mean.steps.size == 1 else "")
    axes.set_title(f"layer {name}" if name.isdigit() else name, pad=14)
    axes.annotate(_shares(name, layers), (0, 1), xycoords="axes fraction", xytext=(0, 3), textcoords="offset points",
                  fontsize=8, color=colours.muted)  # fmt: skip
    count_x(axes)
    axes.locator_params(axis="x", nbins=4)


def _shares(name: str, layers: Layers) -> str:
    """`12 % dead, 3 % saturated` at the last step, as far as they were measured."""
    parts = [_last_share(layers.dead, name, "dead"), _last_share(layers.saturated, name, "saturated")]
    return ", ".join(part for part in parts if part)


def _last_share(shares: Mapping[str, tuple[object, object]], name: str, word: str) -> str:
    if name not in shares:
        return ""
    values = np.asarray(shares[name][1], dtype=np.float64).ravel()
    values = values[np.isfinite(values)]
    return f"{100 * values[-1]:.0f} % {word}" if values.size else ""


def _maps(layers: Layers, x: str, colours: Palette) -> Picture:
    both = [("deviation", layers.deviation, colours.forward), ("dead share", layers.dead, colours.ink)]
    given = [(name, series, colour) for name, series, colour in both if series]
    picture = Picture(figsize=(WIDTH, HEIGHT * (0.4 + 0.6 * len(given))))
    for axes, (name, series, colour) in zip(picture.subplots(len(given), 1, squeeze=False).ravel(), given, strict=True):
        draw_map(picture, axes, curves_of(series), colours, colour, name, x, share=name == "dead share")
    return picture
