"""Does it report a slowdown that is known, and nothing else? Time is a count of work done: no test waits or hurries."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import numpy as np
import pytest
from benchmarks.measuring import FEWEST, Clock, Contestant, Estimate, Times, compare


class Machine:
    """Its clock moves by the work done on it, and by how slow it is at the moment."""

    def __init__(self, slowness: Callable[[int], float] = lambda turns: 1.0) -> None:
        self.now = 0.0
        self.turns: list[str] = []
        self.slowness = slowness

    def clocks(self) -> dict[Clock, Callable[[], float]]:
        return {"processor": lambda: self.now, "wall": lambda: 3 * self.now}

    def contestant(self, name: str, work: float) -> Contestant:
        def spend() -> None:
            self.now += work * self.slowness(len(self.turns))
            self.turns.append(name)

        @contextmanager
        def prepared() -> Iterator[Callable[[], object]]:
            self.now += 1000  # neither preparing nor tidying up counts
            yield spend
            self.now += 1000

        return prepared


def measured(machine: Machine, plain: float, ours: float) -> Times:
    contestants = {"plain": machine.contestant("plain", plain), "ours": machine.contestant("ours", ours)}
    return compare(contestants, seconds=0, clocks=machine.clocks())


def assert_reports(slowdown: float, times: Times) -> None:
    """The known slowdown is inside the interval, and the interval is narrow enough to mean something."""
    ratio = times.ratio("ours", "plain")
    assert ratio.low <= slowdown <= ratio.high
    assert ratio.high / ratio.low < 1.2


@pytest.mark.parametrize("slowdown", [1.0, 1.0625, 2.0])  # exact in binary
def test_a_known_slowdown_is_reported(slowdown: float) -> None:
    assert_reports(slowdown, measured(Machine(), 1.0, slowdown))


def test_a_slowdown_that_is_dropped_is_no_longer_reported() -> None:
    with pytest.raises(AssertionError):
        assert_reports(2.0, measured(Machine(), 1.0, 1.0))


def test_a_machine_that_tires_slows_both_alike() -> None:
    tiring = Machine(lambda turns: 1.1**turns)
    times = measured(tiring, 1.0, 2.0)
    ratio = times.ratio("ours", "plain")
    assert ratio.low <= 2.0 <= ratio.high
    assert ratio.high < 1.5 * ratio.low, "one turn's tiring, not that of the whole comparison"
    assert times.of("plain").high > 2 * times.of("plain").low, "the times alone do not say it"


def test_a_machine_that_is_disturbed_now_and_then_does_not_move_the_median() -> None:
    disturbed = Machine(lambda turns: 50.0 if turns % 9 == 4 else 1.0)
    assert measured(disturbed, 1.0, 2.0).ratio("ours", "plain").median == pytest.approx(2.0)


def test_turns_alternate_in_order_after_one_round_of_warming_up() -> None:
    machine = Machine()
    times = measured(machine, 1.0, 1.0)
    assert machine.turns[:6] == ["plain", "ours", "plain", "ours", "ours", "plain"]
    assert times.rounds == FEWEST == len(machine.turns) // 2 - 1


def test_many_turns_share_one_preparation_in_which_all_stand_ready() -> None:
    machine = Machine()
    contestants = {"plain": machine.contestant("plain", 1.0), "ours": machine.contestant("ours", 2.0)}
    times = compare(contestants, seconds=0, turns=4, clocks=machine.clocks())
    assert_reports(2.0, times)
    assert times.rounds == 8, "two sittings of four, to have seven"
    counted = machine.turns[4:]  # after a sitting of one turn that warms up; each sitting begins with a turn of its own
    assert counted[:10] == ["plain", "ours", *["plain", "ours", "ours", "plain"] * 2]
    assert counted[10:14] == ["ours", "plain", "ours", "plain"], "the next sitting begins with the other"
    preparations = machine.now // 2000  # before and after, for each of two
    assert preparations == 3 * 2, "one sitting to warm up, two that count"


def test_it_goes_on_until_the_wall_says_so() -> None:
    machine = Machine()
    contestants = {"a": machine.contestant("a", 1.0)}
    assert compare(contestants, seconds=3 * 2001 * 50, clocks=machine.clocks()).rounds == 50


def test_both_clocks_are_kept_apart() -> None:
    times = measured(Machine(), 1.0, 2.0)
    assert times.of("ours").median == pytest.approx(2.0)
    assert times.of("ours", "wall").median == pytest.approx(6.0)
    assert times.difference("ours", "plain", "wall").median == pytest.approx(3.0)


def test_nobody_pays_for_garbage_that_was_there_before_their_turn() -> None:
    left: list[bool] = []

    @contextmanager
    def littering() -> Iterator[Callable[[], object]]:
        litter = Litter()
        litter.itself = litter
        seen = weakref.ref(litter)
        del litter
        yield lambda: left.append(seen() is not None or gc.get_freeze_count() == 0)

    compare({"a": littering}, seconds=0)
    assert left == [False] * (FEWEST + 1)


class Litter:
    """Garbage that only a collection finds."""

    itself: object = None


def test_the_collector_is_let_go_where_a_contestant_breaks() -> None:
    def broken() -> AbstractContextManager[Callable[[], object]]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        compare({"a": broken}, seconds=0)
    assert gc.get_freeze_count() == 0


def test_the_interval_holds_the_true_median_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    samples = rng.lognormal(size=(400, 25))  # skewed, as times are; its median is 1
    intervals = [Estimate.of(sample) for sample in samples]
    assert np.mean([each.low <= 1.0 <= each.high for each in intervals]) >= 0.94


def test_too_few_values_have_no_interval() -> None:
    with pytest.raises(AssertionError, match="too few"):
        Estimate.of([1.0] * (FEWEST - 1))
    assert np.isfinite(Estimate.of([1.0] * FEWEST).high)
