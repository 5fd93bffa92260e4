"""A regression seen: the curve through its points, or said against true. Knows no model: predictions come in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .labels import End, label_ends
from .points import Rows, draw_pairs, key, sides_of
from .sheet import HEIGHT, Picture, name_axes, paper, sheet


def fit(
    grid_x: ArrayLike,
    values: ArrayLike,
    train: Rows | None = None,
    test: Rows | None = None,
    *,
    names: Sequence[str] = ("x",),
    target_name: str = "y",
    dark: bool = False,
) -> Picture:
    """The model's curve `values` (n,) over the one input `grid_x` (n,), with the rows it learned from."""
    xs, ys = np.asarray(grid_x, dtype=np.float64).ravel(), np.asarray(values, dtype=np.float64).ravel()
    assert xs.shape == ys.shape, f"grid_x {xs.shape}, values {ys.shape}"
    with paper(dark) as colours:
        picture, axes = sheet()
        if train is not None:
            draw_pairs(axes, train, test, colours)
        axes.plot(xs, ys, color=colours.forward, linewidth=2, zorder=6)
        axes.set_xlim(xs.min(), xs.max())
        axes.set_ylim(axes.get_ylim())
        ends = [End("the model", xs[-1], ys[-1], colours.forward)]
        label_ends(axes, ends, HEIGHT * 0.8, colours.faint)
        high = axes.transLimits.transform((xs[-1], ys[-1]))[1] > 0.75
        key(axes, (), colours, sides=sides_of(train, test), top=0.3 if high else 0.97)
        name_axes(axes, names[0], target_name)
        return picture


def agreement(
    train: tuple[ArrayLike, ArrayLike],
    test: tuple[ArrayLike, ArrayLike] | None = None,
    *,
    target_name: str = "y",
    dark: bool = False,
) -> Picture:
    """Predicted over true, (true, predicted) of each side: for a regression of more inputs than can be drawn."""
    sides = [Rows.of(*train), *([Rows.of(*test)] if test is not None else [])]
    with paper(dark) as colours:
        picture, axes = sheet(width=5.2)
        draw_pairs(axes, sides[0], sides[1] if test is not None else None, colours)
        both = np.concatenate([np.concatenate([side.inputs[:, 0], side.targets]) for side in sides])
        low, high = float(np.nanmin(both)), float(np.nanmax(both))
        axes.plot([low, high], [low, high], color=colours.ink, linewidth=0.8, zorder=1)
        axes.set_ylim(axes.get_ylim())
        label_ends(axes, [End("exact", high, high, colours.ink)], HEIGHT * 0.8, colours.faint)
        key(axes, (), colours, sides=sides_of(*sides, *([None] * (2 - len(sides)))), top=0.3)
        name_axes(axes, f"{target_name}, true", f"{target_name}, predicted")
        return picture
