"""Which combinations of levels are tried: a grid, drawn at random, or spread evenly by Sobol. Trains nothing."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from ..errors import listed, mistake
from .factors import Factor

Search: TypeAlias = Literal["grid", "random", "sobol", "halving"]
SEARCHES: tuple[Search, ...] = ("grid", "random", "sobol", "halving")
MOST_RUNS = 100_000
"""Of one sweep: experiments and results of so many take about a gigabyte."""

Point: TypeAlias = dict[str, str]
"""A level for each field, as texts."""


def points(factors: Sequence[Factor], search: Search, tries: int | None, seeds: int, seed: int = 0) -> list[Point]:
    """The combinations to try, each once.

    A grid takes all; `random` draws `tries`, `sobol` spreads `tries` (a power of two is best) with SciPy's scrambled
    Sobol sequence; `halving` begins with either a grid or `tries` drawn. Raises `UserMistake` for more than `MOST_RUNS`
    runs over all seeds, a range without a count in a grid, and tries where they mean nothing or are missing.
    """
    if search not in SEARCHES:
        raise mistake("--search", search, listed(SEARCHES), "Try --search grid")
    if seeds < 1:
        raise mistake("--seeds", seeds, "1 or more", "Try --seeds 8")
    if search == "grid" or (search == "halving" and tries is None):
        return _grid(factors, tries, seeds)
    if tries is None or tries < 1:
        raise mistake("--tries", tries, f"1 or more combinations for --search {search}", "Try --tries 32")
    _refuse_too_many(tries, seeds)
    shares = _sobol(len(factors), tries, seed) if search == "sobol" else _random(len(factors), tries, seed)
    found = [{f.field: f.level(share) for f, share in zip(factors, row, strict=True)} for row in shares]
    return list({tuple(point.items()): point for point in found}.values())


def _grid(factors: Sequence[Factor], tries: int | None, seeds: int) -> list[Point]:
    if tries is not None:
        raise mistake("--tries", tries, "nothing where --search is grid, which takes all", "Try --search random")
    open_range = next((factor.field for factor in factors if not factor.levels), None)
    if open_range:
        raise mistake(f"--over {open_range}", "a range", "a range with a count in a grid", "Put :20 at its end.")
    _refuse_too_many(math.prod(len(factor.levels) for factor in factors), seeds)
    fields = [factor.field for factor in factors]
    return [dict(zip(fields, levels, strict=True)) for levels in itertools.product(*(f.levels for f in factors))]


def _refuse_too_many(combinations: int, seeds: int) -> None:
    if combinations * seeds > MOST_RUNS:
        what = f"{combinations:,} combinations × {seeds:,} seeds = {combinations * seeds:,} runs"
        raise mistake("--over", what, f"at most {MOST_RUNS:,} runs", "Take fewer levels, or --search sobol --tries 256")


def _random(dimensions: int, tries: int, seed: int) -> np.ndarray:
    """Shares (tries, dimensions) in [0, 1)."""
    return np.random.default_rng(seed).random((tries, dimensions))


def _sobol(dimensions: int, tries: int, seed: int) -> np.ndarray:
    """Shares (tries, dimensions) in [0, 1)."""
    from scipy.stats import qmc

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # SciPy's, that the balance is best for powers of two
        return qmc.Sobol(dimensions, rng=seed).random(tries)
