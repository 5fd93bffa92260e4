"""Do contestants do the same work? A ratio between two different jobs means nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from benchmarks.subject import experiment, job, typed

from benchmarks import loop, million_steps, recorder, recorder_5ms
from loopscope.engines import Job
from loopscope.events import Measured, StepEnded


@pytest.mark.parametrize("batch_size", ["all", 32])
def test_every_way_finds_the_same_losses(batch_size: int | str) -> None:
    asked = experiment(batch_size, 20)
    by_hand = list(typed(job(asked)))
    assert len(by_hand) == 20
    assert by_hand[-1] < by_hand[0]
    for way in (loop.ours, loop.bare_engine, loop.recorded):
        assert list(way(job(asked))) == by_hand


def test_a_way_that_does_other_work_is_refused() -> None:
    with pytest.raises(AssertionError, match="same work"):
        loop.assert_same_work(experiment(32, 20), loop.ours, lambda parts: list(typed(parts))[:-1])


def test_a_turn_is_whole_epochs_or_one_would_shuffle_more_often() -> None:
    for batch_size, steps in loop.STEPS.items():
        assert steps % job(experiment(batch_size, 1)).per_epoch == 0


def test_a_turn_goes_on_where_the_one_before_ended() -> None:
    taken: list[float] = []

    def counting(parts: Job) -> Iterator[float]:
        for number in range(parts.total):
            taken.append(number)
            yield number

    with loop.continued(experiment("all", 100), counting, steps=3)() as work:
        work()
        work()
    assert taken == [0, 1, 2, 3, 4, 5]


def test_every_preparation_begins_from_the_same_weights() -> None:
    first, second = (job(experiment("all", 5)).model.state_dict() for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_watch_that_heard_nothing_is_noticed() -> None:
    with pytest.raises(AssertionError, match="hears nothing"), recorder_5ms.watched():
        pass  # nobody trained
    with pytest.raises(AssertionError, match="hears nothing"), recorder.watched():
        pass


def test_a_made_up_record_has_every_step_and_every_default_instrument() -> None:
    rng = np.random.default_rng(0)
    events = list(million_steps.block(1, 10_000, million_steps.usual_readings(), rng))
    assert [event.step for event in events if isinstance(event, StepEnded)] == list(range(1, 10_001))
    measured = {event.instrument for event in events if isinstance(event, Measured)}
    assert measured == set(million_steps.DEFAULT)
