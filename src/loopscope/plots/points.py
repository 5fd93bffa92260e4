"""Rows of data as points: train filled, test ringed, errors crossed. Knows no dataset and no model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import Normalize, to_rgba
from numpy.typing import ArrayLike, NDArray

from .palette import MARKERS, Palette
from .ramps import limits_of, value_ramp
from .scales import number
from .sheet import Picture, name_axes, paper, sheet

SIZE = 26.0  # points², of a filled marker among some hundred
LEAST_SIZE = 5.0
SLIMMER = {"P": 1.6, "*": 2.4}
"""Markers that fill less of their square than a disc does, and by how much they grow to weigh as much."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows: inputs (rows, columns) before scaling, targets (rows,) or (rows, 1)."""

    inputs: NDArray[np.float64]
    targets: NDArray[np.float64]

    @staticmethod
    def of(inputs: ArrayLike, targets: ArrayLike) -> Rows:
        """From anything array-like; one column may come as a flat sequence."""
        table = np.asarray(inputs, dtype=np.float64)
        columns = math.prod(table.shape[1:])  # spelled out: there may be no rows to infer it from
        rows = Rows(table.reshape(len(table), columns), np.asarray(targets, dtype=np.float64).ravel())
        assert len(rows.inputs) == len(rows.targets), f"{len(rows.inputs)} rows of inputs, {len(rows.targets)} targets"
        return rows


def data(
    train: Rows,
    test: Rows | None = None,
    *,
    classes: int = 0,
    names: Sequence[str] = (),
    class_names: Sequence[str] = (),
    target_name: str = "y",
    dark: bool = False,
) -> Picture:
    """The rows as they came. `classes` is 0 where the target is a quantity.

    One column: target over it. Two: the plane, targets as colour. More: the plane of the two directions in which
    the standardised training rows differ most (principal components), whose share of the variance the axes name.
    """
    with paper(dark) as colours:
        picture, axes = sheet()
        columns = train.inputs.shape[1]
        if columns == 1 and not classes:
            draw_pairs(axes, train, test, colours)
            key(axes, (), colours, sides=sides_of(train, test))
            name_axes(axes, (names or ["x"])[0], target_name)
            return picture
        plane, labels = _plane(train, test, names)
        axes.grid(visible=True, axis="both")
        if classes:
            named = list(class_names) or [f"class {k}" for k in range(classes)]
            draw_classes(axes, *plane, colours, named)
            key(axes, named, colours, sides=sides_of(train, test))
        else:
            _draw_values(picture, axes, plane[0], plane[1], colours, target_name)
            key(axes, (), colours, sides=sides_of(train, test))
        name_axes(axes, labels[0], labels[1])
        return picture


def draw_classes(axes: Axes, train: Rows, test: Rows | None, colours: Palette, class_names: Sequence[str]) -> None:
    """Points of each class in its colour and marker."""
    size = size_for(len(train.inputs))
    for number_of_class in range(len(class_names)):
        colour, marker = colours.of_class(number_of_class), MARKERS[number_of_class % len(MARKERS)]
        _scatter(axes, _only(train, number_of_class), size, colour, marker, colours, filled=True)
        if test is not None:
            _scatter(axes, _only(test, number_of_class), size, colour, marker, colours, filled=False)


def mark_errors(axes: Axes, places: NDArray[np.float64], colours: Palette) -> None:
    """A cross on each place (n, 2) where the model is wrong."""
    axes.scatter(places[:, 0], places[:, 1], s=SIZE, marker="x", color=colours.ink, linewidth=1.1, zorder=5)


def key(
    axes: Axes, class_names: Sequence[str], colours: Palette, *, sides: Sequence[str] = (), crossed: bool = False,
    top: float = 0.97,
) -> None:  # fmt: skip
    """Markers and their names, right of the axes: points have no ends that a label could stand at."""
    entries: list[tuple[str, str, str, bool]] = [
        (name, MARKERS[index % len(MARKERS)], colours.of_class(index), True) for index, name in enumerate(class_names)
    ]
    entries += [(side, "o", colours.muted, side == "train") for side in sides]
    entries += [("wrong", "x", colours.ink, True)] if crossed else []
    for rank, (name, marker, colour, filled) in enumerate(entries):
        y = top - 0.055 * (rank + (0.5 if class_names and rank >= len(class_names) else 0))
        looks = {
            "markerfacecolor": colour if filled else "none",
            "markeredgecolor": colours.outline(colour),
            "markeredgewidth": 1.0,
        }
        axes.plot(
            [1.03],
            [y],
            marker=marker,
            markersize=4.6,
            transform=axes.transAxes,
            clip_on=False,
            linestyle="none",
            **looks,
        )
        axes.annotate(
            name,
            (1.03, y),
            xycoords="axes fraction",
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=colours.ink,
        )


def sides_of(train: Rows | None, test: Rows | None) -> list[str]:
    """Which sides have rows to be told apart."""
    return [name for name, rows in (("train", train), ("test", test)) if rows is not None and len(rows.inputs)]


def size_for(rows: int) -> float:
    """Marker area (points²): smaller where there are many, so that they do not cover each other."""
    return max(LEAST_SIZE, SIZE * min(1.0, (200 / max(rows, 1)) ** 0.5))


def _only(rows: Rows, number_of_class: int) -> NDArray[np.float64]:
    return rows.inputs[rows.targets == number_of_class]


def _scatter(
    axes: Axes, at: NDArray[np.float64], size: float, colour: str, marker: str, colours: Palette, *, filled: bool
) -> None:
    face = to_rgba(colour) if filled else to_rgba(colours.paper, 0.65)
    outline = colours.outline(colour)
    edge = colours.paper if filled and outline == colour else outline
    axes.scatter(at[:, 0], at[:, 1], s=size * SLIMMER.get(marker, 1.0), marker=marker, facecolors=[face],
                 edgecolors=[edge], linewidths=0.5 if filled else 1.0, zorder=3 if filled else 4)  # fmt: skip


def draw_pairs(axes: Axes, train: Rows, test: Rows | None, colours: Palette) -> None:
    """Targets over the first column: training points filled, test points ringed, all in ink."""
    size = size_for(len(train.inputs))
    for rows, filled in ((train, True), (test, False)):
        if rows is not None:
            at = np.column_stack([rows.inputs[:, 0], rows.targets])
            _scatter(axes, at, size, colours.muted, "o", colours, filled=filled)


def _draw_values(
    picture: Picture, axes: Axes, train: Rows, test: Rows | None, colours: Palette, target_name: str
) -> None:
    low, high = limits_of(train.targets)
    ramp, norm = value_ramp(low, high, colours), Normalize(low, high)
    size = size_for(len(train.inputs)) * 1.2
    shown = axes.scatter(train.inputs[:, 0], train.inputs[:, 1], s=size, c=train.targets, cmap=ramp, norm=norm,
                         edgecolors=colours.muted, linewidths=0.4, zorder=3)  # fmt: skip
    if test is not None and len(test.inputs):
        axes.scatter(test.inputs[:, 0], test.inputs[:, 1], s=size, c=test.targets, cmap=ramp, norm=norm,
                     edgecolors=colours.ink, linewidths=1.1, zorder=4)  # fmt: skip
    bar(picture, axes, shown, target_name)


def bar(picture: Picture, axes: Axes, shown: ScalarMappable, name: str, height: float = 0.42) -> Colorbar:
    """A slim colour bar at the right, below a key where there is one; its name above it."""
    strip = picture.colorbar(shown, cax=axes.inset_axes((1.03, 0.02, 0.028, height)))
    strip.outline.set_visible(False)  # pyright: ignore[reportCallIssue]
    strip.ax.set_title(name, fontsize=8, pad=7)
    strip.ax.grid(visible=False)
    return strip


def _plane(train: Rows, test: Rows | None, names: Sequence[str]) -> tuple[tuple[Rows, Rows | None], tuple[str, str]]:
    """Rows in two columns with the names of both."""
    columns = train.inputs.shape[1]
    if columns == 2:
        first, second = names or ("x₁", "x₂")
        return (train, test), (first, second)
    if columns == 1:
        flat = [
            None if rows is None else Rows(np.column_stack([rows.inputs, rows.targets]), rows.targets)
            for rows in (train, test)
        ]
        assert flat[0] is not None
        return (flat[0], flat[1]), ((names or ["x"])[0], "class")
    center, spread = train.inputs.mean(axis=0), train.inputs.std(axis=0)
    spread[spread == 0] = 1.0  # a constant column stays where it is
    _, singular, directions = np.linalg.svd((train.inputs - center) / spread, full_matrices=False)
    shares = singular**2 / max(float(np.sum(singular**2)), 1e-300)

    def project(rows: Rows | None) -> Rows | None:
        return None if rows is None else Rows((rows.inputs - center) / spread @ directions[:2].T, rows.targets)

    flat_train = project(train)
    assert flat_train is not None
    labels = [
        f"principal component {k + 1} of {columns} columns ({number(100 * shares[k])} % of variance)" for k in (0, 1)
    ]
    return (flat_train, project(test)), (labels[0], labels[1])
