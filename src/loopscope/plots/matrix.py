"""Which classes are taken for which. Knows no model: counts come in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, to_hex
from numpy.typing import ArrayLike, NDArray

from .palette import Palette
from .ramps import rising
from .sheet import Picture, name_axes, paper, sheet


def confusion(counts: ArrayLike, *, class_names: Sequence[str] = (), side: str = "test", dark: bool = False) -> Picture:
    """Counts (true class, answered class). Shade is the share of the true class; the number is the count.

    Right answers lie on the diagonal; errors carry a cross, so that they show without colour.
    """
    table = np.asarray(counts, dtype=np.float64)
    assert table.ndim == 2 and table.shape[0] == table.shape[1], f"counts {table.shape}, wanted (classes, classes)"
    names = list(class_names) or [str(k) for k in range(len(table))]
    with paper(dark) as colours:
        picture, axes = sheet(width=5.2)
        totals = table.sum(axis=1, keepdims=True)
        shares = np.divide(table, totals, out=np.zeros_like(table), where=totals > 0)
        ramp = rising(colours, colours.forward)
        axes.imshow(shares, cmap=ramp, norm=Normalize(0, 1), aspect="auto")
        _cells(axes, table, ramp(shares), colours)
        _frame(axes, names, table, colours)
        name_axes(axes, f"class answered ({side} rows)", "true class", _summary(table))
        return picture


def _summary(table: NDArray[np.float64]) -> str:
    right, total = int(np.trace(table)), int(table.sum())
    return f"{right:,} of {total:,} right" + (f" ({100 * right / total:.1f} %)" if total else "")


def _cells(axes: Axes, table: NDArray[np.float64], shades: NDArray[np.float64], colours: Palette) -> None:
    """Counts (classes, classes) as numbers, each in a colour that can be read on its cell's shade (…, 4)."""
    size = 9 if len(table) <= 6 else 8
    for (row, column), count in np.ndenumerate(table):
        if count == 0:
            continue  # an empty cell says zero more quietly
        wrong = row != column
        colour = colours.on(to_hex(tuple(shades[row, column].tolist())), colours.trouble if wrong else colours.ink)
        axes.text(
            column,
            row,
            f"✕ {count:,.0f}" if wrong else f"{count:,.0f}",
            ha="center",
            va="center",
            fontsize=size,
            color=colour,
        )


def _frame(axes: Axes, names: Sequence[str], table: NDArray[np.float64], colours: Palette) -> None:
    edges = np.arange(len(table) + 1) - 0.5
    axes.grid(visible=False)
    axes.hlines(edges, -0.5, len(table) - 0.5, color=colours.rule, linewidth=0.7)
    axes.vlines(edges, -0.5, len(table) - 0.5, color=colours.rule, linewidth=0.7)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks(range(len(names)), names, rotation=0 if max(map(len, names)) < 60 / len(names) else 45)
    axes.set_yticks(
        range(len(names)), [f"{name}  ({count:,.0f})" for name, count in zip(names, table.sum(axis=1), strict=True)]
    )
