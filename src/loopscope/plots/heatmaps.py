"""Weight matrices as pictures: orange below zero, paper at zero, blue above. Knows no model."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import to_hex
from numpy.typing import ArrayLike, NDArray

from .palette import Palette
from .points import bar
from .ramps import diverging, symmetric
from .sheet import HEIGHT, WIDTH, Picture, paper

MOST_PANELS = 9
MOST_ROWS, MOST_COLUMNS = 16, 16  # rows of a panel and columns of a row of panels whose cells have room for a number


def weights(by_layer: Mapping[str, ArrayLike], *, step: int | None = None, dark: bool = False) -> Picture:
    """Each layer's weights, a row for each unit it has and a column for each of its inputs (out, in).

    Tensors of more dimensions are flattened to (out, everything else); vectors are one row. All panels share one
    symmetric scale. Beyond nine layers, nine are drawn, evenly chosen from first to last.
    """
    assert by_layer, "there are no weights to draw"
    tables = {name: _table(values) for name, values in by_layer.items()}
    names = _chosen(list(tables))
    with paper(dark) as colours:
        columns = min(3, len(names))
        rows = math.ceil(len(names) / columns)
        picture = Picture(figsize=(WIDTH, HEIGHT * (0.62 if rows == 1 else 0.45 * rows)))
        panels = picture.subplots(rows, columns, squeeze=False).ravel()
        norm = symmetric(np.concatenate([tables[name].ravel() for name in names]))
        for axes, name in zip(panels, names, strict=False):
            axes.imshow(tables[name], cmap=diverging(colours), norm=norm, aspect="auto")
            _label(axes, name, tables[name])
            if tables[name].shape[0] <= MOST_ROWS and tables[name].shape[1] * columns <= MOST_COLUMNS:
                _numbers(axes, tables[name], diverging(colours)(norm(tables[name])), colours)
        for axes in panels[len(names) :]:
            axes.set_visible(False)
        scale = ScalarMappable(norm, diverging(colours))
        bar(picture, panels[columns - 1], scale, "weight" if step is None else f"weight\nat step {step:,}", 0.8)
        return picture


def _table(values: ArrayLike) -> NDArray[np.float64]:
    numbers = np.asarray(values, dtype=np.float64)
    return numbers.reshape(1, -1) if numbers.ndim < 2 else numbers.reshape(len(numbers), -1)


def _chosen(names: list[str]) -> list[str]:
    if len(names) <= MOST_PANELS:
        return names
    return [names[index] for index in np.linspace(0, len(names) - 1, MOST_PANELS).round().astype(int)]


def _label(axes: Axes, name: str, table: NDArray[np.float64]) -> None:
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.set_title(name)
    axes.set_xlabel(f"{table.shape[1]} inputs" if table.shape[1] > 1 else "1 input")
    axes.set_ylabel(f"{table.shape[0]} units" if table.shape[0] > 1 else "1 unit")
    axes.set_xticks([])
    axes.set_yticks([])


def _numbers(axes: Axes, table: NDArray[np.float64], shades: NDArray[np.float64], colours: Palette) -> None:
    """Each weight written into its cell, in a colour that can be read on its shade (…, 4)."""
    for (row, column), value in np.ndenumerate(table):
        colour = colours.on(to_hex(tuple(shades[row, column].tolist())), colours.ink)
        axes.text(column, row, f"{value:.2f}".replace("-", "−"), ha="center", va="center", fontsize=7, color=colour)
