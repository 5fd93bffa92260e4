"""Colour ramps: class 0 → paper → class 1, symmetric around undecided, and their one-sided kin. Knows no figure."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, Normalize
from numpy.typing import ArrayLike

from .palette import Palette, mix

GROUND = 0.6  # a surface under points is paler than they are, or points of its own class vanish in it


def diverging(colours: Palette, strength: float = 1.0) -> LinearSegmentedColormap:
    """From class 0 (negative) through paper (undecided, zero) to class 1 (positive); paler below strength 1."""
    ends = [mix(colours.paper, colour, strength) for colour in colours.classes[:2]]
    return LinearSegmentedColormap.from_list("loopscope", [ends[0], colours.paper, ends[1]], N=512)


def rising(colours: Palette, colour: str) -> LinearSegmentedColormap:
    """From paper (nothing) to one colour (most)."""
    return LinearSegmentedColormap.from_list("loopscope-rising", [mix(colours.paper, colour, 0.04), colour], N=256)


def symmetric(values: ArrayLike, middle: float = 0.0) -> Normalize:
    """Limits equally far from `middle`, wide enough for every finite value."""
    numbers = np.asarray(values, dtype=np.float64)
    away = np.abs(numbers[np.isfinite(numbers)] - middle)
    reach = float(away.max()) if away.size and away.max() > 0 else 1.0
    return Normalize(middle - reach, middle + reach)


def limits_of(values: ArrayLike) -> tuple[float, float]:
    """Least and greatest finite value; symmetric around 0 where values lie on both sides of it."""
    numbers = np.asarray(values, dtype=np.float64)
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return -1.0, 1.0
    low, high = float(numbers.min()), float(numbers.max())
    if low < 0 < high:
        return -max(-low, high), max(-low, high)
    return (low, high) if low < high else (low - 1, high + 1)


def value_ramp(low: float, high: float, colours: Palette) -> LinearSegmentedColormap:
    """For a quantity: diverging where its limits are symmetric around 0, otherwise rising from paper to class 1."""
    if low == -high:
        return diverging(colours, GROUND)
    return rising(colours, mix(colours.paper, colours.classes[1], GROUND))
