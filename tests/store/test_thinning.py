"""Frames thin out evenly in log(step), whatever steps they come at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from loopscope.store.thinning import BUDGET, OCTAVES, PER_OCTAVE, keeps, per_octave_for, slot

powers = st.sampled_from([4, 8, 16, 32, 64])


def thinned(steps: list[int], per_octave: int = PER_OCTAVE) -> list[int]:
    stay: list[int] = []
    for step in steps:
        if keeps(step, stay[-1] if stay else None, per_octave):
            stay.append(step)
    return stay


@given(powers)
def test_all_first_steps_stay_then_a_constant_number_an_octave(per_octave: int) -> None:
    stay = thinned(list(range(1 << 12)), per_octave)
    assert stay[: 2 * per_octave] == list(range(2 * per_octave))
    octave = 2 * per_octave
    while octave < 1 << 12:
        assert sum(octave <= step < 2 * octave for step in stay) == per_octave
        octave *= 2


@given(st.lists(st.integers(0, 2**40), min_size=1, max_size=200, unique=True), powers)
def test_whatever_steps_come_no_octave_gets_more_and_the_first_stays(steps: list[int], per_octave: int) -> None:
    stay = thinned(sorted(steps), per_octave)
    assert stay[0] == min(steps)
    octaves = [step.bit_length() for step in stay if step >= per_octave]
    assert all(octaves.count(octave) <= per_octave for octave in set(octaves))


@given(st.integers(0, 2**50), powers)
def test_slots_grow_by_at_most_one(step: int, per_octave: int) -> None:
    assert slot(step + 1, per_octave) - slot(step, per_octave) in (0, 1)


def test_a_frame_in_the_same_step_stays() -> None:
    assert keeps(1001, 1001)
    assert not keeps(1001, 1000)


@given(st.integers(1, 10**8))
def test_large_frames_are_kept_less_often(size: int) -> None:
    per_octave = per_octave_for(size)
    assert per_octave in (4, 8, 16, 32)
    assert per_octave == 4 or size * per_octave * OCTAVES <= BUDGET


def test_a_million_steps_are_as_many_octaves_as_the_budget_counts() -> None:
    assert len(thinned(list(range(1, 1_000_001)))) <= PER_OCTAVE * OCTAVES
