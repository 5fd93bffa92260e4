"""Labels at the ends of curves instead of a legend, moved apart where they would overlap. Knows no loss or layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from .scales import Scale, number, raised

LINE = 11.5 / 72  # inches from one label's line to the next, at 9 pt


@dataclass(frozen=True, slots=True)
class End:
    """What to write where a curve ends (data coordinates)."""

    text: str
    x: float
    y: float
    colour: str


def label_ends(axes: Axes, ends: Sequence[End], height: float, leader: str) -> None:
    """Write each end's text right of the axes, at its own height where there is room.

    `height` is that of the axes in inches (roughly), `leader` the colour of the line drawn from a curve to a label
    that had to move. Limits of the axes must be final.
    """
    to_axes = axes.transData + axes.transAxes.inverted()
    spots = [to_axes.transform((end.x, end.y)) for end in ends]
    heights = spread([min(max(float(y), 0.0), 1.0) for _, y in spots], LINE / height)
    for end, (x, y), at in zip(ends, spots, heights, strict=True):
        axes.annotate(
            end.text, (1, at), xycoords="axes fraction", xytext=(9, 0), textcoords="offset points",
            va="center", color=end.colour, annotation_clip=False,
        )  # fmt: skip
        if x < 0.99 or abs(at - y) > LINE / height / 3:
            _leader(axes, (float(x), float(y)), at, leader)


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Places at least `gap` apart, in the order of the wanted ones and as near to them as may be.

    Neighbours that are too close become a cluster around the mean of what its members want, until none touch.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    clusters: list[list[int]] = []
    for index in order:
        clusters.append([index])
        while len(clusters) > 1 and _bottom(clusters[-1], wanted, gap) < _top(clusters[-2], wanted, gap) + gap - 1e-12:
            clusters[-2:] = [clusters[-2] + clusters[-1]]
    places = [0.0] * len(wanted)
    for cluster in clusters:
        for rank, index in enumerate(cluster):
            places[index] = _bottom(cluster, wanted, gap) + rank * gap
    return places


def _bottom(cluster: Sequence[int], wanted: Sequence[float], gap: float) -> float:
    middle = sum(wanted[index] for index in cluster) / len(cluster)
    return max(middle - gap * (len(cluster) - 1) / 2, 0.0)


def _top(cluster: Sequence[int], wanted: Sequence[float], gap: float) -> float:
    return _bottom(cluster, wanted, gap) + gap * (len(cluster) - 1)


def _leader(axes: Axes, spot: tuple[float, float], at: float, colour: str) -> None:
    axes.annotate(
        "", spot, xycoords="axes fraction", xytext=(1.012, at), textcoords="axes fraction",
        arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 2},
        annotation_clip=False,
    )  # fmt: skip


def scale_y(axes: Axes, scale: Scale) -> None:
    """Set the y axis as chosen, with ticks written in plain digits and a 0 where zeros stand on a log axis."""
    if not scale.log:
        axes.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(round(value, 12))))
        return
    axes.set_yscale("log")
    floor = scale.floor or 0.0
    low, high = axes.get_ylim()
    axes.yaxis.set_major_locator(FixedLocator(log_ticks(max(low, floor), high)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: "0" if value <= floor * 1.01 else power_of_ten(value))
    )


def log_ticks(low: float, high: float, most: int = 7) -> list[float]:
    """At most `most` powers of ten from `low` to `high`; below three decades 2 and 5 times them as well."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high))
    stride = max(1, math.ceil((last - first) / (most - 1)))
    parts = (1, 2, 5) if math.log10(high / low) < 3 else (1,)
    ticks = [part * 10.0**power for power in range(first, last + 1, stride) for part in parts]
    return [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]


def power_of_ten(value: float) -> str:
    """A tick of a log axis: 0.01, 1, 100, and 10⁻⁵ beyond four digits."""
    digit, power = f"{value:.0e}".split("e")
    if -3 <= int(power) <= 3:
        return f"{float(f'{value:.0e}'):,g}"
    return f"{'' if digit == '1' else digit + '×'}10{raised(int(power))}"


def count_x(axes: Axes) -> None:
    """An x axis that counts: whole numbers, thousands set apart, nothing drawn beyond the data."""
    axes.margins(x=0)
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
