"""Speed by a clock that the test turns."""

from __future__ import annotations

import math

import pytest
from torch import nn

from loopscope.instruments import Moment
from loopscope.instruments.speed import Speed


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def read(speed, step, samples, seconds=math.nan):
    values = speed.take(Moment(nn.Identity(), step, samples_seen=samples, seconds=seconds)).values
    return values.get("seconds_per_step"), values.get("steps_per_second"), values.get("samples_per_second")


def test_it_is_the_mean_since_the_last_reading(clock):
    speed = Speed(clock=clock)
    assert read(speed, 10, 320) == (None, None, None)
    clock.now += 2
    assert read(speed, 14, 448) == (0.5, 2, 64)
    clock.now += 1
    assert read(speed, 24, 768) == (0.1, 10, 320)


def test_the_first_one_is_since_the_loop_began(clock):
    assert read(Speed(clock=clock), 10, 100, seconds=5.0) == (0.5, 2, 20)


def test_before_the_first_step_there_is_none(clock):
    speed = Speed(clock=clock)
    assert read(speed, 0, 0, seconds=0.0) == (None, None, None)
    clock.now += 4
    assert read(speed, 2, 8) == (2, 0.5, 2)


def test_a_second_run_begins_anew(clock):
    speed = Speed(clock=clock)
    read(speed, 1000, 1000)
    clock.now += 50
    assert read(speed, 1, 10, seconds=2.0) == (2, 0.5, 5)


def test_a_clock_that_stands_still_gives_no_number(clock):
    speed = Speed(clock=clock)
    read(speed, 1, 1)
    assert read(speed, 2, 2) == (None, None, None)
