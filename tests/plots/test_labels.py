"""Labels at curves' ends must not overlap, and must stay in order."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from loopscope.plots.labels import log_ticks, power_of_ten, spread

SHARES = st.floats(0, 1, allow_nan=False)


@given(st.lists(SHARES, min_size=1, max_size=9))
def test_spread_labels_keep_their_distance_and_order(wanted: list[float]):
    gap = 0.05
    places = spread(wanted, gap)
    ordered = sorted(zip(wanted, places, strict=True), key=lambda pair: pair[1])
    assert all(b[1] - a[1] >= gap - 1e-9 for a, b in pairwise(ordered))
    assert all(a[0] <= b[0] for a, b in pairwise(ordered))
    assert all(place >= 0 for place in places)


def test_labels_with_room_stay_where_they_are():
    assert spread([0.9, 0.1, 0.5], 0.05) == [0.9, 0.1, 0.5]


def test_two_labels_at_one_place_part_evenly():
    low, high = spread([0.5, 0.5], 0.1)
    assert (round(low, 6), round(high, 6)) == (0.45, 0.55)


@given(st.floats(1e-12, 1e3), st.floats(1.01, 1e12))
def test_log_ticks_lie_within_the_axis_and_are_few(low: float, factor: float):
    ticks = log_ticks(low, low * factor)
    assert len(ticks) <= 12
    assert all(low * 0.99 <= tick <= low * factor * 1.01 for tick in ticks)


def test_a_log_axis_always_has_two_ticks_at_least_beyond_two_decades():
    for power in range(-10, 5):
        assert len(log_ticks(3 * 10.0**power, 3.3 * 10.0 ** (power + 2))) >= 2


def test_ticks_read_as_plain_numbers_while_they_are_short():
    assert [power_of_ten(value) for value in (0.001, 0.02, 1, 1000, 1e-5, 2e6)] == [
        "0.001", "0.02", "1", "1,000", "10⁻⁵", "2×10⁶",
    ]  # fmt: skip
