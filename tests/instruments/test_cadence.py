"""When instruments are due, and how a cadence is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopscope.errors import UserMistake
from loopscope.instruments import Every, EveryEpoch, LogSpaced, OnDemand, cadence_of


def test_every_n_steps():
    assert [step for step in range(31) if Every(10).due(step)] == [0, 10, 20, 30]


def test_log_spaced_is_every_step_at_first_and_ever_rarer():
    due = [step for step in range(70) if LogSpaced(4).due(step)]
    assert due == [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 23, 27, 32, 39, 46, 54, 64]


@given(octave=st.integers(0, 20), per_octave=st.integers(1, 40))
def test_log_spaced_gives_what_it_promises_in_each_octave(octave, per_octave):
    steps = range(2**octave, min(2 ** (octave + 1), 2**octave + 5000))
    if steps[-1] + 1 == 2 ** (octave + 1):
        assert sum(map(LogSpaced(per_octave).due, steps)) == min(per_octave, len(steps)) or len(steps) < 4 * per_octave
    assert LogSpaced(per_octave).due(2**octave)


def test_a_million_steps_are_measured_a_few_hundred_times():
    assert sum(map(LogSpaced(16).due, range(1, 1_000_001))) < 330


def test_epochs_and_demand():
    assert [EveryEpoch().due(step, epoch_ended=step == 5) for step in (0, 4, 5)] == [True, False, True]
    assert not OnDemand().due(0, epoch_ended=True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10", Every(10)),
        (10, Every(10)),
        (" LOG ", LogSpaced(8)),
        ("log:16", LogSpaced(16)),
        ("epoch", EveryEpoch()),
        ("demand", OnDemand()),
        (Every(3), Every(3)),
    ],
)
def test_a_cadence_is_read_and_written_as_the_same_text(typed, meant):
    assert cadence_of(typed) == meant
    assert cadence_of(str(meant)) == meant


@pytest.mark.parametrize("typed", ["0", "-1", "log:0", "log:", "often", "", "1.5", True, "1" * 400])
def test_a_wrong_cadence_says_what_is_allowed(typed):
    with pytest.raises(UserMistake, match="cadence is .*; allowed .*Try"):
        cadence_of(typed)
