"""What a model answers everywhere on a plane, with the rows it learned from. Knows no model: values come in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, to_rgb
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray

from .palette import Palette
from .points import Rows, bar, draw_classes, key, mark_errors, sides_of, size_for
from .ramps import GROUND, diverging, limits_of, value_ramp
from .sheet import Picture, name_axes, paper, sheet


def surface(
    grid_x: ArrayLike,
    grid_y: ArrayLike,
    values: ArrayLike,
    *,
    train: Rows | None = None,
    test: Rows | None = None,
    classes: int = 2,
    names: Sequence[str] = ("x₁", "x₂"),
    class_names: Sequence[str] = (),
    target_name: str = "ŷ",
    dark: bool = False,
) -> Picture:
    """A decision surface, or with `classes=0` the values of a regression.

    `grid_x` (columns,) and `grid_y` (rows,) are where the model was asked. `values` is (rows, columns): the
    probability of class 1, or the value; for three classes and more (rows, columns, classes) probabilities.
    The line is where the answer is undecided. Rows on the wrong side of it are crossed.
    """
    xs, ys, table = axis_of(grid_x, 1), axis_of(grid_y, 0), np.asarray(values, dtype=np.float64)
    assert table.shape[:2] == (ys.size, xs.size), f"values {table.shape} on a grid of {ys.size} rows, {xs.size} columns"
    with paper(dark) as colours:
        picture, axes = sheet()
        axes.grid(visible=False)
        named = list(class_names) or [f"class {k}" for k in range(classes)]
        if not classes:
            _values(picture, axes, xs, ys, table, colours, target_name)
            _ink_points(axes, train, test, colours)
            key(axes, (), colours, sides=sides_of(train, test))
        else:
            _decision(picture, axes, xs, ys, table, colours, named)
            _class_points(axes, xs, ys, table, train, test, colours, named)
        axes.set_xlim(xs[0], xs[-1])
        axes.set_ylim(ys[0], ys[-1])
        name_axes(axes, names[0], names[1])
        return picture


def axis_of(grid: ArrayLike, varies_along: int) -> NDArray[np.float64]:
    """A grid's axis (n,), also where it comes as a full mesh (rows, columns)."""
    numbers = np.asarray(grid, dtype=np.float64)
    if numbers.ndim == 1:
        return numbers
    return numbers[0, :] if varies_along == 1 else numbers[:, 0]


def winners(table: NDArray[np.float64]) -> NDArray[np.int64]:
    """The class answered at each place of a table of probabilities, (rows, columns) or with a classes axis."""
    return (table > 0.5).astype(np.int64) if table.ndim == 2 else table.argmax(axis=2)


def _decision(
    picture: Picture, axes: Axes, xs: NDArray[np.float64], ys: NDArray[np.float64], table: NDArray[np.float64],
    colours: Palette, named: Sequence[str],
) -> None:  # fmt: skip
    if table.ndim == 2:
        shown = _image(axes, xs, ys, table, cmap=diverging(colours, GROUND), norm=Normalize(0, 1))
        _line(axes, xs, ys, table, 0.5, colours)
        strip = bar(picture, axes, shown, f"p({named[1]})")
        strip.set_ticks([0, 0.25, 0.5, 0.75, 1], labels=["0", "0.25", "undecided", "0.75", "1"])
        return
    _image(axes, xs, ys, blend(table, colours))
    answers = winners(table)
    for number_of_class in np.unique(answers):
        lead = table[..., number_of_class] - np.delete(table, number_of_class, axis=2).max(axis=2)
        _line(axes, xs, ys, lead, 0.0, colours)


def blend(table: NDArray[np.float64], colours: Palette) -> NDArray[np.float64]:
    """Colours (rows, columns, 3) of class probabilities: the winner's, the paler the less certain it is."""
    answers, certainty = winners(table), table.max(axis=2, keepdims=True)
    undecided = 1 / table.shape[2]
    share = np.clip((certainty - undecided) / (1 - undecided), 0, 1) * GROUND
    ground = np.asarray(to_rgb(colours.paper))
    inks = np.asarray([to_rgb(colours.of_class(k)) for k in range(table.shape[2])])[answers]
    return ground + share * (inks - ground)


def _values(
    picture: Picture, axes: Axes, xs: NDArray[np.float64], ys: NDArray[np.float64], table: NDArray[np.float64],
    colours: Palette, target_name: str,
) -> None:  # fmt: skip
    low, high = limits_of(table)
    shown = _image(axes, xs, ys, table, cmap=value_ramp(low, high, colours), norm=Normalize(low, high))
    levels = axes.contour(xs, ys, table, 7, colors=[colours.muted], linewidths=0.5)
    bar(picture, axes, shown, target_name).add_lines(levels)  # so that each line's value can be read there


def _image(
    axes: Axes, xs: NDArray[np.float64], ys: NDArray[np.float64], table: NDArray[np.float64], **looks: object
) -> AxesImage:
    half_x, half_y = (xs[-1] - xs[0]) / (xs.size - 1) / 2, (ys[-1] - ys[0]) / (ys.size - 1) / 2
    extent = (xs[0] - half_x, xs[-1] + half_x, ys[0] - half_y, ys[-1] + half_y)  # a value stands in its cell's middle
    return axes.imshow(table, origin="lower", extent=extent, aspect="auto", interpolation="bilinear", **looks)  # pyright: ignore[reportArgumentType]


def _line(
    axes: Axes,
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    table: NDArray[np.float64],
    level: float,
    colours: Palette,
) -> None:
    if np.nanmin(table) < level < np.nanmax(table):
        axes.contour(xs, ys, table, [level], colors=[colours.ink], linewidths=1.0)


def _ink_points(axes: Axes, train: Rows | None, test: Rows | None, colours: Palette) -> None:
    for rows, face in ((train, colours.muted), (test, "none")):
        if rows is not None:
            axes.scatter(rows.inputs[:, 0], rows.inputs[:, 1], s=size_for(len(rows.inputs)) * 0.5, facecolors=face,
                         edgecolors=colours.muted, linewidths=0.8, zorder=3)  # fmt: skip


def _class_points(
    axes: Axes, xs: NDArray[np.float64], ys: NDArray[np.float64], table: NDArray[np.float64],
    train: Rows | None, test: Rows | None, colours: Palette, named: Sequence[str],
) -> None:  # fmt: skip
    if train is None:
        key(axes, named, colours)
        return
    draw_classes(axes, train, test, colours, named)
    missed = [rows.inputs[surely_wrong(xs, ys, table, rows)] for rows in (train, test) if rows is not None]
    mark_errors(axes, np.concatenate(missed), colours)
    key(axes, named, colours, sides=sides_of(train, test), crossed=any(map(len, missed)))


def surely_wrong(
    xs: NDArray[np.float64], ys: NDArray[np.float64], table: NDArray[np.float64], rows: Rows
) -> NDArray[np.bool_]:
    """Rows (n,) whose class none of the four grid places around them answers.

    The model was asked on the grid, not at the rows: right beside the line the grid cannot say, and nothing is crossed.
    """
    answers = winners(table)
    right = np.clip(np.searchsorted(xs, rows.inputs[:, 0]), 1, xs.size - 1)
    above = np.clip(np.searchsorted(ys, rows.inputs[:, 1]), 1, ys.size - 1)
    around = [answers[above - up, right - left] for up in (0, 1) for left in (0, 1)]
    return np.all([corner != rows.targets for corner in around], axis=0)
