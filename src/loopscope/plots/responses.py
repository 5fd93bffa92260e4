"""What a figure does as settings change: response curves, a heatmap of two factors, parallel lines of many.

From plain arrays; knows no sweep. Smaller values are better unless `higher_is_better`; infinite ones diverged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_hex
from numpy.typing import NDArray

from . import scales
from .curves import DASHES
from .labels import End, label_ends, scale_y
from .palette import MARKERS, Palette, mix
from .points import bar
from .sheet import HEIGHT, WIDTH, Picture, name_axes, paper, sheet

Floats = NDArray[np.float64]
MOST_CELLS = 144
"""Cells of a heatmap that have room for a number."""


@dataclass(frozen=True, slots=True)
class Band:
    """One response: `x` (n,) ascending, or places of words; `middle`, `low` and `high` (n,)."""

    name: str
    x: Floats
    middle: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Along:
    """An axis of levels: numbers, `log` where they are spread evenly so, or `words`, which stand at 0, 1, 2, …"""

    name: str
    log: bool = False
    words: tuple[str, ...] = ()


def response(bands: Sequence[Band], along: Along, *, y: str, note: str = "", dark: bool = False) -> Picture:
    """Medians as lines with the interval as a band behind; where half of the runs diverged, a cross at the upper edge.

    Words have no order, so along them there are dots with bars, and no lines.
    """
    assert bands, "there is nothing to draw"
    with paper(dark) as colours:
        picture, axes = sheet()
        scale = scales.choose(np.concatenate([band.middle, band.low, band.high]) for band in bands)
        draw = _bars if along.words else _band
        ends = [draw(axes, band, scale, colours, index) for index, band in enumerate(bands)]
        if along.log:
            axes.set_xscale("log")
        if along.words:
            axes.set_xticks(range(len(along.words)), along.words)
        scale_y(axes, scale)
        name_axes(axes, along.name, y, "   ".join(filter(None, (note, scale.note))))
        _mark_diverged(axes, bands, colours)
        if len(bands) > 1:
            label_ends(axes, [end for end in ends if end], HEIGHT * 0.8, colours.faint)
        return picture


def heatmap(
    values: Floats, across: Along, down: Along, levels: tuple[Sequence[str], Sequence[str]], *, value: str,
    higher_is_better: bool = False, dark: bool = False,
) -> Picture:  # fmt: skip
    """Medians (down, across), best dark; `levels` are the words at both axes, across first. Crosses diverged."""
    with paper(dark) as colours:
        rows, columns = values.shape
        picture, axes = sheet(WIDTH, max(2.2, min(HEIGHT * 1.6, 1.0 + 0.32 * rows)))
        norm, ramp = _shades(values, colours, higher_is_better)
        axes.imshow(np.where(np.isfinite(values), values, np.nan), cmap=ramp, norm=norm, aspect="auto")
        axes.grid(visible=False)
        axes.set_xticks(*_thinned(levels[0]))
        axes.set_yticks(*_thinned(levels[1]))
        for (row, column), found in np.ndenumerate(values):
            if math.isnan(found):
                continue
            if not math.isfinite(found):
                axes.text(column, row, "×", ha="center", va="center", color=colours.trouble)
            elif rows * columns <= MOST_CELLS and columns <= 12:
                shade = _hex(ramp, float(norm(found)))
                text = scales.number(float(found))
                axes.text(column, row, text, ha="center", va="center", fontsize=7, color=colours.on(shade, colours.ink))
        name_axes(axes, across.name, down.name, "× diverged" if np.isinf(values).any() else "")
        bar(picture, axes, ScalarMappable(norm, ramp), value, 0.9)
        return picture


def parallel(
    columns: Mapping[str, tuple[Floats, Along]], values: Floats, *, value: str, higher_is_better: bool = False,
    dark: bool = False,
) -> Picture:  # fmt: skip
    """A line for each setting through its level of each factor (n,), and its value (n,); the best darkest, on top."""
    with paper(dark) as colours:
        picture, axes = sheet(WIDTH * 1.2, HEIGHT)
        axes.grid(visible=False)
        places = [_placed(found, along) for found, along in columns.values()]
        finite = np.isfinite(values)
        places.append(_placed(np.where(finite, values, np.nan), Along(value, _spans(values[finite]))))
        norm, ramp = _shades(values, colours, higher_is_better)
        order = np.argsort(values if higher_is_better else -values)
        order = order[finite[order]]
        lines: list[Any] = [[(x, place[index]) for x, place in enumerate(places)] for index in order]
        axes.add_collection(
            LineCollection(lines, colors=[_hex(ramp, float(norm(values[index]))) for index in order], linewidths=1.2)
        )
        axes.set_xlim(0, len(places) - 1)
        axes.set_ylim(-0.03, 1.03)
        axes.set_yticks([])
        axes.set_xticks(range(len(places)), [*columns, value])
        axes.tick_params(axis="x", length=0, labeltop=True, labelbottom=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        for x, (found, along) in enumerate((*columns.values(), (values[finite], Along(value, _spans(values[finite]))))):
            _upright(axes, x, found, along, colours)
        return picture


def _band(axes: Axes, band: Band, scale: scales.Scale, colours: Palette, index: int) -> End | None:
    colour = colours.of_class(index) if index else colours.loss
    there = np.isfinite(band.middle)
    if not there.any():
        return None
    x, middle = band.x[there], scale.place(band.middle[there])
    top = np.nanmax(np.where(np.isfinite(band.high), band.high, np.nan))
    high = np.where(np.isfinite(band.high[there]), band.high[there], top)
    axes.fill_between(x, scale.place(band.low[there]), scale.place(high), color=colour, alpha=0.2, linewidth=0)
    axes.plot(
        x, middle, color=colour, linestyle=DASHES[index % len(DASHES)], marker=MARKERS[index % len(MARKERS)],
        markersize=4,
    )  # fmt: skip
    return End(band.name, float(x[-1]), float(middle[-1]), mix(colour, colours.ink, 0.3))


def _bars(axes: Axes, band: Band, scale: scales.Scale, colours: Palette, index: int) -> End | None:
    colour = colours.of_class(index) if index else colours.loss
    x = band.x + 0.12 * index
    high = np.where(np.isfinite(band.high), band.high, np.nan)
    axes.vlines(x, scale.place(band.low), scale.place(high), color=colour, alpha=0.35, linewidth=6)
    axes.plot(x, scale.place(band.middle), color=colour, marker=MARKERS[index % len(MARKERS)], linestyle="none")
    axes.margins(x=0.15)
    there = np.flatnonzero(np.isfinite(band.middle))
    if not there.size:
        return None
    last = int(there[-1])
    return End(band.name, float(x[last]), float(scale.place(band.middle[last])), mix(colour, colours.ink, 0.3))


def _mark_diverged(axes: Axes, bands: Sequence[Band], colours: Palette) -> None:
    for x in sorted({float(x) for band in bands for x in band.x[np.isinf(band.middle)]}):
        axes.plot([x], [1], marker="x", color=colours.trouble, transform=axes.get_xaxis_transform(), clip_on=False)


def _shades(values: Floats, colours: Palette, higher_is_better: bool) -> tuple[Normalize, LinearSegmentedColormap]:
    """From pale for the worst to full for the best, by rank of magnitude where values span decades."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    pale, full = mix(colours.paper, colours.step, 0.12), colours.step
    ends = [pale, full] if higher_is_better else [full, pale]
    return Normalize(low, high if high > low else low + 1), LinearSegmentedColormap.from_list("best", ends)


def _hex(ramp: LinearSegmentedColormap, share: float) -> str:
    red, green, blue, _ = (float(part) for part in ramp(share))
    return to_hex((red, green, blue))


def _spans(values: Floats) -> bool:
    """Whether values are better told apart on a log axis."""
    return bool(values.size) and float(values.min()) > 0 and float(values.max() / values.min()) > 20


def _placed(values: Floats, along: Along) -> Floats:
    """Values (n,) from 0 at the foot of their axis to 1 at its head."""
    numbers = np.log(values) if along.log else values
    low, high = np.nanmin(numbers), np.nanmax(numbers)
    return (numbers - low) / (high - low) if high > low else np.full_like(numbers, 0.5)


def _upright(axes: Axes, x: int, values: Floats, along: Along, colours: Palette) -> None:
    axes.axvline(x, color=colours.rule, linewidth=1, zorder=3)
    if along.words:
        ticks = list(enumerate(along.words))
    else:
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        middle = math.sqrt(low * high) if along.log else (low + high) / 2
        ticks = [(value, scales.number(value)) for value in (low, middle, high)]
    places = _placed(np.array([value for value, _ in ticks], dtype=np.float64), along)
    for (_, text), place in zip(ticks, places, strict=True):
        axes.text(
            x, float(place), f" {text}", va="center", ha="left", fontsize=8, color=colours.muted, zorder=4,
            bbox={"facecolor": colours.paper, "edgecolor": "none", "alpha": 0.7, "pad": 0.5},
        )  # fmt: skip


def _thinned(words: Sequence[str], most: int = 14) -> tuple[list[int], list[str]]:
    every = -(-len(words) // most)
    places = list(range(0, len(words), every))
    return places, [words[place] for place in places]
