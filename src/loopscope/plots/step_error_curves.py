"""Error of finite differences against their step: the V, in each precision. Knows no model: errors come in."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from .curves import DASHES, Series, curves_of
from .labels import End, label_ends, log_ticks, power_of_ten
from .palette import MARKERS, mix
from .scales import number
from .sheet import HEIGHT, Picture, name_axes, paper, sheet


def step_errors(series: Series, *, dark: bool = False) -> Picture:
    """Relative errors (points,) over steps ε (points,), both on log scales; each precision's smallest is ringed."""
    with paper(dark) as colours:
        picture, axes = sheet()
        axes.set_xscale("log")
        axes.set_yscale("log")
        ends: list[End] = []
        for index, curve in enumerate(curves_of(series)):
            good = curve.finite & (curve.values > 0)
            x, y = curve.steps[good], curve.values[good]
            if not x.size:
                continue
            colour = colours.of_class(1 - index % 2)
            axes.plot(x, y, color=colour, linestyle=DASHES[index % len(DASHES)], marker=MARKERS[index % len(MARKERS)])
            low = int(np.argmin(y))
            axes.plot(x[low], y[low], marker="o", markersize=9, markerfacecolor="none", markeredgecolor=colours.ink)
            axes.annotate(
                f"{number(float(y[low]))} at ε = {number(float(x[low]))}",
                (x[low], y[low]),
                xytext=(0, -9),
                textcoords="offset points",
                ha="center",
                va="top",
                fontsize=8,
                color=colours.muted,
            )
            last = int(np.argmax(x))
            ends.append(End(curve.name, float(x[last]), float(y[last]), mix(colour, colours.ink, 0.3)))
        low, high = axes.get_ylim()
        axes.set_ylim(low / 30, high * 1.5)
        for axis, (least, most) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            axis.set_major_locator(FixedLocator(log_ticks(least, most)))
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter(FuncFormatter(lambda value, _: power_of_ten(value)))
        name_axes(axes, "step ε", "median relative error of central differences", "(log scales)")
        label_ends(axes, ends, HEIGHT * 0.8, colours.faint)
        return picture
