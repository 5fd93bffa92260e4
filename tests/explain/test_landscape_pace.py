"""How many at once: from what each number cost, never from a guess that was not tried."""

from __future__ import annotations

import pytest

from loopscope.explain.landscape_pace import Pace, duration


def paced(costs: dict[int, float], alone: float = 50e-6, most: int = 10_000, longest: float = 1.0) -> list[int]:
    """The numbers that a pace asks for, where each number costs always the same for each place; seconds."""
    pace, asked = Pace(alone, most, longest), []
    for _ in range(12):
        asked.append(pace.next)
        pace.note(pace.next, costs[pace.next])
    return asked


def test_it_climbs_as_long_as_it_pays() -> None:
    costs = {1: 50e-6, 64: 10e-6, 128: 8e-6, 256: 7.9e-6}
    assert paced(costs) == [64, 128, 256, 256, *[256] * 8]
    assert paced({**costs, 256: 9e-6}) == [64, 128, 256, 256, *[128] * 8]


def test_it_stays_with_the_loop_where_that_is_faster() -> None:
    assert paced({1: 50e-6, 64: 60e-6}) == [64, 64, *[1] * 10]


def test_a_number_that_seemed_slow_once_gets_a_second_chance() -> None:
    pace = Pace(50e-6, 10_000, 1.0)
    pace.note(64, 500e-6)
    assert pace.next == 64
    pace.note(64, 10e-6)
    assert pace.next == 128


@pytest.mark.parametrize(
    ("most", "longest", "numbers"), [(100, 1.0, {64, 1}), (40, 1.0, {16, 1}), (10_000, 1e-3, {16, 1})]
)
def test_it_keeps_to_memory_and_time(most: int, longest: float, numbers: set[int]) -> None:
    dear = dict.fromkeys((16, 64, 128), 1.0) | {1: 50e-6}
    assert set(paced(dear, most=most, longest=longest)) == numbers


def test_it_says_how_and_why() -> None:
    pace = Pace(50e-6, 10_000, 1.0)
    pace.note(64, 10e-6)
    assert str(pace) == "64 at once: 10 µs each, 50 µs alone"
    pace.note(1, 5e-6)
    assert str(pace) == "one after another: 5 µs each, 10 µs where 64 are taken at once"
    pace.refuse("it cannot be")
    assert str(pace) == "one after another: it cannot be" and pace.next == 1
    assert "40 ms each, beside which" in str(Pace(0.04, 10_000, 0.05))
    assert str(Pace(1e-5, 3, 1.0)).startswith("one after another: 16 at once would be more than there are")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3.24e-6, "3.2 µs"), (41e-6, "41 µs"), (1.234e-3, "1.2 ms"), (340e-6, "340 µs"), (3.4, "3.4 s")],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said
