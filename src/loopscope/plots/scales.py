"""Linear or logarithmic, with the reason; and numbers as axes write them. Knows no figure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

DECADES = 2.0  # below that a linear axis still shows the smallest values
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Scale:
    """How values lie on an axis. `floor` is where zeros stand on a logarithmic one, None where there are none."""

    log: bool
    because: str
    floor: float | None = None

    @property
    def note(self) -> str:
        """What a reader must know of the axis: nothing where it is linear."""
        return f"(log scale: {self.because})" if self.log else ""

    def place(self, values: ArrayLike) -> NDArray[np.float64]:
        """Values as they may be drawn: zeros on the floor of a log axis, what is not finite left out as NaN."""
        numbers = np.asarray(values, dtype=np.float64)
        placed = np.where(np.isfinite(numbers), numbers, np.nan)
        return np.where(placed == 0, self.floor, placed) if self.floor is not None else placed


def choose(groups: Iterable[ArrayLike]) -> Scale:
    """A logarithmic scale where positive values span more than two decades and none is below zero."""
    arrays = [np.ravel(np.asarray(group, dtype=np.float64)) for group in groups]
    values = np.concatenate(arrays) if arrays else np.empty(0)
    values = values[np.isfinite(values)]
    positive = values[values > 0]
    if not positive.size:
        return Scale(False, "there are no positive values")
    if values.min() < 0:
        return Scale(False, "some values are below zero")
    decades = math.log10(positive.max()) - math.log10(positive.min())
    if decades <= DECADES:
        return Scale(False, f"values span {decades:.1f} decades")
    floor = 10.0 ** (math.floor(math.log10(positive.min())) - 1) if positive.size < values.size else None
    return Scale(True, f"values span {decades:.1f} decades", floor)


def number(value: float) -> str:
    """A number with three digits that count: 0.063, 12.3, 1.2×10⁻⁵, 412."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "not a number"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return (
            f"{float(f'{value:.3g}'):,g}".replace("-", "−") if abs(value) < 1e3 else f"{value:,.0f}".replace("-", "−")
        )
    digits, power = f"{value:.1e}".split("e")
    head = "" if digits == "1.0" else f"{float(digits):g}×".replace("-", "−")
    return f"{head}10{raised(int(power))}"


def raised(power: int) -> str:
    """An exponent in raised digits: ⁻⁵."""
    return str(power).translate(_RAISED)
