"""A long series drawn with few points: the extremes of every stretch stay. Never sees a database or a figure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import mistake

FEWEST = 8


def kept(values: NDArray[np.float64], points: int) -> NDArray[np.int64]:
    """Indices, ascending and at most `points` of them, of the values (n,) that a chart needs.

    The first and the last stay; between them the series is cut into stretches of (almost) equal length, of each
    of which the smallest and the largest value stay, and its first NaN where it has one, so that neither a spike nor
    a gap is lost. Infinities count as values. Raises `UserMistake` for fewer than 8 points.
    """
    if points < FEWEST:
        raise mistake("points", points, f"{FEWEST} or more", "A chart is drawn well with 2000.")
    if len(values) <= points:
        return np.arange(len(values))
    inner = values[1:-1]  # the two ends stay anyway
    stretches = (points - 2) // (3 if np.isnan(inner).any() else 2)
    starts = np.linspace(0, len(inner), stretches, endpoint=False).astype(np.int64)
    owner = np.repeat(np.arange(stretches), np.diff(starts, append=len(inner)))  # (n - 2,) which stretch a value is in
    low = inner == np.fmin.reduceat(inner, starts)[owner]
    high = inner == np.fmax.reduceat(inner, starts)[owner]
    inside = [_firsts(hit, owner) + 1 for hit in (low, high, np.isnan(inner))]
    return np.unique(np.concatenate(([0], *inside, [len(values) - 1])))


def _firsts(hit: NDArray[np.bool_], owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first index in each stretch at which `hit` is true; stretches without one are left out."""
    hits = np.flatnonzero(hit)
    return hits[np.diff(owner[hits], prepend=-1) != 0]
