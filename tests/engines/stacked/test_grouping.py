"""Which experiments share a stack, and why others do not."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from loopscope.engines.stacked import Group, group, run_stacked, why_not_stacked
from loopscope.engines.stacked.memory import Footprint, usual_budget
from loopscope.engines.stacked.run import evenly
from loopscope.errors import UserMistake
from loopscope.experiment import Experiment
from strategies.stacked_runs import asked, assert_same, one_by_one, stacked


def members(groups: list[Group]) -> list[tuple[int, ...]]:
    return [each.members for each in groups]


def test_those_of_one_architecture_train_together_in_the_order_given() -> None:
    experiments = asked(
        {"model": {"hidden": [8]}}, {"model": {"hidden": [4]}}, {"model": {"hidden": [8], "init": "zeros"}},
        {"training": {"optimizer": "lbfgs"}}, {"model": {"hidden": [4]}, "training": {"lr": 0.5, "l1": 0.1}},
    )  # fmt: skip
    assert members(group(experiments)) == [(0, 2), (1, 4), (3,)]
    assert group([]) == []


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ({"training": {"optimizer": "nadam"}}, "training.optimizer is nadam; stacked are sgd, rmsprop"),
        (
            {"training": {"device": "cuda:1"}},
            "training.device is cuda:1; stacks are held to the serial engine on",
        ),
        ({"training": {"amp": True}}, "training.amp is true; mixed precision"),
        ({"faults": {"inject": ["no-step", "same-batch"]}}, "faults.inject has no-step; stacked are misaligned-labels"),
    ],
)
def test_what_cannot_be_stacked_says_why(plain: dict[str, Any], words: str) -> None:
    (experiment,) = asked(plain)
    assert words in why_not_stacked(experiment)
    assert group([experiment])[0].because == why_not_stacked(experiment)


def test_groups_that_would_not_fit_the_memory_are_split_and_say_so() -> None:
    experiments = asked(*[{}] * 7, steps=20)
    (whole,) = group(experiments)
    a_model = Footprint.bytes(whole.footprint, 16) + 8 * 2 * 42  # type: ignore[arg-type]
    groups = group(experiments, budget=3 * a_model)
    assert members(groups) == [(0, 1, 2), (3, 4, 5), (6,)]
    assert "; 3 of them fit into" in groups[0].because
    assert_same(one_by_one(experiments), stacked(experiments, groups=groups))
    (alone,) = group(experiments, budget=a_model - 1)
    assert alone.way == "serial" and "no room in a stack" in alone.because


def test_a_stack_that_would_leave_the_cache_takes_turns_with_others() -> None:
    plain = {"data": {"samples": 1000}, "training": {"batch_size": "all"}, "model": {"hidden": [512]}}
    experiments = asked(plain, plain, plain, steps=3)
    (only,) = group(experiments)
    assert only.at_once == 1
    assert_same(one_by_one(experiments), stacked(experiments))


def test_parts_are_alike() -> None:
    assert [len(part) for part in evenly(list(range(10)), 4)] == [3, 3, 4]  # type: ignore[arg-type]


def test_a_footprint_counts_weights_and_units() -> None:
    with torch.device("meta"):
        model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
    found = Footprint.of(model, torch.zeros(2))
    assert (found.parameters, found.units) == (33, 17)
    assert 2**20 < usual_budget() < 2**45


@pytest.mark.parametrize("steps", [300, 40])
def test_what_cannot_run_is_refused_before_the_first_event(steps: int) -> None:
    wrong = [*asked({}, steps=steps), Experiment.model_validate({"data": {"name": "text"}})]
    with pytest.raises(UserMistake, match="model.kind is 'mlp'"):
        run_stacked(wrong)


def test_run_ids_go_to_their_runs() -> None:
    told = run_stacked(asked({}, {"training": {"optimizer": "nadam"}}, {}, steps=2), run_ids=["a", "b", "c"])
    assert {index: event.run for index, event in told if hasattr(event, "run")} == {0: "a", 1: "b", 2: "c"}  # type: ignore[union-attr]
