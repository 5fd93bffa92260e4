"""The base of all instruments: its cost, its clock, and what a reading holds."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest
from torch import nn

from loopscope.instruments import Every, Instrument, Moment, Reading


class Two(Instrument):
    """Reads two."""

    name, example, usual = "two", "Two()", Every(1)
    describes = {"two": "always two [no unit]"}

    def measure(self, moment):
        return Reading({"two": 2.0})


class Breaks(Two):
    def prepare(self, moment):
        raise ValueError


@pytest.fixture
def moment():
    return Moment(nn.Identity(), 1)


def test_the_cost_is_what_the_clock_says_with_preparation(moment):
    ticks = count(step=10)
    instrument = Two(clock=lambda: next(ticks))
    instrument.ready(moment)
    instrument.ready(moment)
    assert instrument.take(moment).values == {"two": 2.0, "cost_s": 30}
    assert instrument.take(moment).values["cost_s"] == 10


def test_a_preparation_that_breaks_is_paid_for_too(moment):
    ticks = count(step=10)
    instrument = Breaks(clock=lambda: next(ticks))
    with pytest.raises(ValueError):
        instrument.ready(moment)
    assert instrument.take(moment).values["cost_s"] == 20


def test_a_reading_of_nothing_but_its_cost_is_empty():
    assert Reading({"cost_s": 1.0}).empty
    assert not Reading({"a": 1.0}).empty
    assert not Reading(arrays={"a": np.zeros(1)}).empty


def test_the_cadence_is_its_usual_one_unless_given():
    assert Two().cadence == Every(1)
    assert Two("7").cadence == Every(7)


def test_a_moment_needs_a_model_and_a_step_alone(moment):
    assert (moment.step, moment.epoch, moment.train, moment.penalty) == (1, 0, None, 0.0)
    with pytest.raises(AttributeError):
        moment.stepp = 2
