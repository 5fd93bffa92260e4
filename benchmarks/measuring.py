"""Time several ways of doing one thing, taking turns, and say how many times longer one takes than another.

Knows nothing of what is timed. A machine that is shared gets faster and slower while one measures; contestants that
take turns meet the same weather, so the ratio within a round is worth more than either of its times.

Two clocks are read. The processor time of this process, all threads together, does not count the waiting for a core
that somebody else has, and does count what is moved to a thread behind the scenes: ratios are taken from it. The wall's
stands beside it, and is what counts where other processes are timed.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import quantile_test

Contestant: TypeAlias = Callable[[], AbstractContextManager[Callable[[], object]]]
"""Entering prepares afresh, what it gives is timed, leaving tidies up."""

Clock: TypeAlias = Literal["processor", "wall"]
CLOCKS: dict[Clock, Callable[[], float]] = {"processor": time.process_time, "wall": time.perf_counter}

Round: TypeAlias = dict[str, dict[Clock, float]]
"""Seconds by contestant and clock."""

FEWEST = 7
"""Rounds at the least: six values are the fewest whose range holds the median in 95 of 100 cases, and one to spare."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A median, and the interval that holds the true one in 95 of 100 cases, whatever the distribution."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float] | NDArray[np.float64]) -> Estimate:
        """From at least `FEWEST` values. The interval is that of the sign test (scipy.stats.quantile_test)."""
        assert len(values) >= FEWEST, f"{len(values)} values are too few for an interval"
        interval = quantile_test(np.asarray(values), p=0.5).confidence_interval(0.95)
        return cls(float(np.median(values)), float(interval.low), float(interval.high))

    @classmethod
    def exactly(cls, value: float) -> Estimate:
        """Something that does not vary, such as a file's size."""
        return cls(value, value, value)

    def __mul__(self, factor: float) -> Estimate:
        return Estimate(self.median * factor, self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds by clock and contestant, one (rounds,) array each; round i of one stands beside round i of another."""

    seconds: Mapping[Clock, Mapping[str, NDArray[np.float64]]]

    @property
    def rounds(self) -> int:
        """How many rounds were made."""
        return len(next(iter(self.seconds["wall"].values())))

    def of(self, name: str, clock: Clock = "processor") -> Estimate:
        """Seconds that `name` took."""
        return Estimate.of(self.seconds[clock][name])

    def ratio(self, name: str, against: str, clock: Clock = "processor") -> Estimate:
        """How many times as long as `against` it took: the median over rounds of the ratio within a round."""
        return Estimate.of(self.seconds[clock][name] / self.seconds[clock][against])

    def difference(self, name: str, against: str, clock: Clock = "processor") -> Estimate:
        """How many seconds longer than `against` it took, likewise."""
        return Estimate.of(self.seconds[clock][name] - self.seconds[clock][against])


def compare(
    contestants: dict[str, Contestant],
    *,
    seconds: float,
    turns: int = 1,
    clocks: Mapping[Clock, Callable[[], float]] = CLOCKS,
) -> Times:
    """Time the contestants in turn, forwards and backwards (A B, B A, …), until `seconds` have gone by on the wall.

    With one turn, each is prepared anew for it, and alone, as some do not get on with each other: a watch hears all
    that its process trains. With more, they are prepared together and take so many short turns before they are prepared
    again; the shorter a turn, the more alike the weather of two that stand side by side.

    At least `FEWEST` rounds are made. A first one warms up and does not count. Garbage is collected after preparing, so
    that what is timed pays for its own; what was alive before all is left out of it (`gc.freeze`), or each collection
    would cost as much as there are modules loaded.
    """
    sitting = _alone if turns == 1 else _abreast
    rounds: list[Round] = []
    gc.collect()
    gc.freeze()
    try:
        sitting(contestants, 1, clocks)
        begun = clocks["wall"]()
        while len(rounds) < FEWEST or clocks["wall"]() - begun < seconds:
            rounds += sitting(contestants, turns, clocks)
            contestants = {name: contestants[name] for name in reversed(contestants)}
    finally:
        gc.unfreeze()
    return Times({clock: {name: _column(rounds, name, clock) for name in contestants} for clock in clocks})


def _column(rounds: list[Round], name: str, clock: Clock) -> NDArray[np.float64]:
    return np.array([each[name][clock] for each in rounds])


def _alone(
    contestants: Mapping[str, Contestant], turns: int, clocks: Mapping[Clock, Callable[[], float]]
) -> list[Round]:
    taken: Round = {}
    for name, contestant in contestants.items():
        with contestant() as work:
            gc.collect()
            taken[name] = timed(work, clocks)
    return [taken]


def _abreast(
    contestants: Mapping[str, Contestant], turns: int, clocks: Mapping[Clock, Callable[[], float]]
) -> list[Round]:
    with ExitStack() as stack:
        works = {name: stack.enter_context(contestant()) for name, contestant in contestants.items()}
        for work in works.values():
            work()  # the first steps make what later ones use again, such as an optimizer's buffers
        gc.collect()
        names = list(works)
        orders = (names if turn % 2 == 0 else names[::-1] for turn in range(turns))
        return [{name: timed(works[name], clocks) for name in order} for order in orders]


def timed(work: Callable[[], object], clocks: Mapping[Clock, Callable[[], float]]) -> dict[Clock, float]:
    """Seconds that it takes, by each clock."""
    begun = {name: clock() for name, clock in clocks.items()}
    work()
    return {name: clock() - begun[name] for name, clock in clocks.items()}
