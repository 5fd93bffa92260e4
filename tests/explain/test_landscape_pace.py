"""How many at once: from what each number cost, never from a guess that was not tried."""

from __future__ import annotations

import pytest

from loopscope.explain.landscape_pace import Pace, duration


def paced(costs: dict[int, float], alone: float = 50e-6, most: int = 256, longest: float = 1.0) -> list[int]:
    """The numbers that a pace asks for, where each number costs always the same for each place; seconds."""
    pace, asked = Pace(alone, most, longest), []
    for _ in range(8):
        asked.append(pace.next)
        pace.note(pace.next, costs[pace.next])
    return asked


def test_it_tries_as_many_as_may_be() -> None:
    assert paced({1: 50e-6, 256: 8e-6}) == [256] * 8
    assert paced({1: 50e-6, 256: 45e-6}) == [256, 256, 1, *[256] * 5]


def test_it_stays_with_the_loop_where_that_is_faster() -> None:
    assert paced({1: 50e-6, 256: 51e-6}) == [256, 256, *[1] * 6]
    assert paced({1: 40e-6, 256: 45e-6}, alone=50e-6) == [256, 256, *[1] * 6], "the first look at the loop was too dear"


def test_a_number_that_seemed_slow_once_gets_a_second_chance() -> None:
    pace = Pace(50e-6, 256, 1.0)
    for seconds in (500e-6, 8e-6):
        pace.note(pace.next, seconds)
    assert pace.next == 256 and pace.seconds[256] == 8e-6 and not pace.tries


@pytest.mark.parametrize(("most", "longest", "many"), [(100, 1.0, 100), (10_000, 1.0, 1024), (10_000, 2e-3, 40)])
def test_it_keeps_to_memory_and_time(most: int, longest: float, many: int) -> None:
    assert Pace(50e-6, most, longest).next == many


def test_it_says_how_and_why() -> None:
    pace = Pace(50e-6, 256, 1.0)
    pace.note(256, 10e-6)
    assert str(pace) == "256 at once: 10 µs each, 50 µs alone"
    pace.note(1, 5e-6)
    assert str(pace) == "one after another: 5 µs each, 10 µs where 256 are taken at once"
    pace.refuse("it cannot be")
    assert str(pace) == "one after another: it cannot be" and pace.next == 1 and not pace.tries
    assert "40 ms each, beside which" in str(Pace(0.04, 10_000, 0.05))
    assert str(Pace(1e-5, 3, 1.0)) == "one after another: there are fewer than 16 places"
    assert str(Pace(1e-5, 3, 1.0, "so it is")) == "one after another: so it is"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3.24e-6, "3.2 µs"), (41e-6, "41 µs"), (1.234e-3, "1.2 ms"), (340e-6, "340 µs"), (3.4, "3.4 s")],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said
