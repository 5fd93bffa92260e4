"""A walk takes the steps that `train` takes; its states are few, even and from first to last."""

from __future__ import annotations

from itertools import count, pairwise

import pytest
import torch

from loopscope.engines import prepare
from loopscope.engines.surroundings import look_around
from loopscope.engines.walking import MOST_STATES, walk
from loopscope.experiment import Experiment, validate


def asked(**training: object) -> Experiment:
    return validate(
        {
            "data": {"name": "moons", "samples": 60},
            "model": {"hidden": [4]},
            "training": {"optimizer": "sgd", "lr": 0.1, "batch_size": 10, **training},
        }
    )


def test_it_ends_where_training_ends() -> None:
    experiment = asked(steps=150)
    walked, job = walk(experiment), prepare(experiment)
    for _ in job.loop():
        pass
    for mine, theirs in zip(walked.job.model.parameters(), job.model.parameters(), strict=True):
        assert torch.equal(mine, theirs) and mine.grad is None
    assert walked.steps == 150 and "all 150 steps taken" in str(walked)
    first = dict(prepare(experiment).model.named_parameters())
    assert all(torch.equal(walked.states[0][name], each) for name, each in first.items())
    assert all(torch.equal(walked.states[-1][name], each) for name, each in job.model.named_parameters())


def test_states_are_few_and_all_different() -> None:
    states = walk(asked(steps=150)).states
    assert MOST_STATES / 2 < len(states) <= MOST_STATES + 1
    assert all(not torch.equal(one["0.weight"], other["0.weight"]) for one, other in pairwise(states))


def test_it_ends_where_its_time_ends() -> None:
    seconds = count()
    walked = walk(asked(steps=1000), longest_s=5, clock=lambda: float(next(seconds)))
    assert walked.steps == 6 and "ended after 5 s, of 1,000 steps" in str(walked)


@pytest.mark.filterwarnings("error")
def test_a_run_that_diverges_has_surroundings_too() -> None:
    sine = {"data": {"name": "sine", "samples": 40}, "training": {"optimizer": "sgd", "lr": 100.0, "steps": 400}}
    found = look_around(validate(sine))
    assert found.walk.steps < 400 and found.landscape.losses.shape == (41, 41)
    assert found.plain()["training"]["steps"] == found.walk.steps and "Trained" in found.to_text()
