"""Stacked runs end as the serial engine's do, and instruments see in each what they would see there."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest

from loopscope.engines.stacked import group, run_stacked
from loopscope.events import Measured, RunEnded, StepEnded
from loopscope.experiment import Experiment
from loopscope.instruments import instruments
from loopscope.instruments.registry import DEFAULT
from strategies.comparison import same
from strategies.stacked_runs import asked, assert_same, one_by_one, stacked

RUNAWAY = {"data": {"name": "line"}, "model": {"kind": "linear"}}


def ends(told: list[list[Any]]) -> list[RunEnded]:
    return [events[-1] for events in told]


def falling_apart(lrs: list[float], **training: Any) -> list[Experiment]:
    base = {"optimizer": "sgd", "batch_size": "all", "steps": 150}
    return asked(*({**RUNAWAY, "training": base | training | {"lr": lr}} for lr in lrs))


@pytest.mark.parametrize(
    "training", [{}, {"momentum": 0.9}, {"l2": 0.1}, {"clip_norm": 1e12}, {"accumulate": 2, "batch_size": 7}]
)
def test_a_model_that_diverges_ends_as_it_would_alone_and_the_others_go_on(training: dict[str, Any]) -> None:
    experiments = falling_apart([0.01, 1e3, 0.02, 1e9, 30.0, 0.03], **training)
    serial, together = one_by_one(experiments), stacked(experiments)
    assert [end.status for end in ends(serial)].count("diverged") >= 1
    for one, other in zip(ends(serial), ends(together), strict=True):
        assert (one.status, one.step) == (other.status, other.step)
        assert one.status == "finished" or {k: one.facts[k] for k in ("tensor", "layer", "step")} == {
            k: other.facts[k] for k in ("tensor", "layer", "step")
        }
    assert all(math.isfinite(event.loss) for events in together for event in events if isinstance(event, StepEnded))
    sound = [0, 2, 5]  # the others live on differences of huge numbers, where rounding shows
    assert_same([serial[n] for n in sound], [together[n] for n in sound])


def test_a_model_that_is_left_with_a_schedule_tells_the_rate_of_every_step() -> None:
    experiments = falling_apart([0.01, 1e9], schedule={"name": "cosine"})
    serial, together = one_by_one(experiments), stacked(experiments)
    assert [end.status for end in ends(together)] == ["finished", "diverged"]
    assert_same(serial[:1], together[:1])


def test_a_gradient_that_clipping_makes_finite_is_seen() -> None:
    huge = {"data": {"name": "line", "features": ["3e38*x"]}, "model": {"kind": "linear", "init": "zeros"}}
    usual = {"data": {"name": "line", "features": ["x"]}, "model": {"kind": "linear", "init": "zeros"}}
    training = {"training": {"optimizer": "sgd", "batch_size": "all", "clip_value": 1.0}}
    experiments = asked(huge | training, usual | training, steps=1)  # the loss of a second step would tell as well
    assert len(group(experiments)) == 1
    one, other = ends(one_by_one(experiments)), ends(stacked(experiments))
    assert [end.status for end in one] == ["diverged", "finished"] == [end.status for end in other]
    assert one[0].step == other[0].step == 0 and one[0].facts["tensor"] == other[0].facts["tensor"]


@pytest.mark.parametrize(
    "setting",
    [
        {"optimizer": "adam", "ema": 0.9},
        {"optimizer": "rmsprop", "momentum": 0.5},
        {"optimizer": "sgd", "momentum": 0.9, "schedule": {"name": "cosine", "warmup": 5}},
        {"optimizer": "adagrad", "schedule": {"name": "plateau", "patience": 2}},
    ],
)
def test_a_model_in_the_hands_of_the_plain_loop_goes_on_where_the_stack_had_it(
    setting: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every third block somebody is taken for lost who is not."""
    from loopscope.engines.stacked.stack import Stack

    asked_for = [0]

    def suspicious(stack: Stack) -> set[int]:
        asked_for[0] += 1
        return {0} if asked_for[0] % 3 == 0 and len(stack.jobs) > 1 else set()

    plain = {"model": {"hidden": [4, 4], "dropout": 0.2, "norm": "batch"}, "training": setting | {"lr": 0.003}}
    experiments = asked(*[plain] * 4, steps=400)
    serial = one_by_one(experiments)
    monkeypatch.setattr(Stack, "suspects", suspicious)
    together = stacked(experiments)
    assert asked_for[0] > 5
    for one, other in zip(serial, together, strict=True):
        assert_same([one[:100]], [other[:100]])
        assert_same([one], [other], tolerance=2e-2)


@pytest.mark.parametrize("place", [0, 2])
def test_who_leaves_takes_nothing_along_of_an_order_that_others_have_too(place: int) -> None:
    base = {"optimizer": "sgd", "batch_size": 8, "steps": 150}
    plains = [{**RUNAWAY, "training": base | {"lr": lr}, "seed": {"order": 5}} for lr in (0.01, 0.02)]
    plains.insert(place, {**RUNAWAY, "training": base | {"lr": 1e3}, "seed": {"order": 5}})
    experiments = asked(*plains)
    serial, together = one_by_one(experiments), stacked(experiments)
    assert [number for number, end in enumerate(ends(together)) if end.status == "diverged"] == [place]
    for number in {0, 1, 2} - {place}:
        assert_same([serial[number]], [together[number]])


def test_models_stop_early_each_by_itself() -> None:
    plain = {"training": {"epochs": 60, "early_stopping": 2}}
    experiments = asked(*({**plain, "training": plain["training"] | {"lr": lr}} for lr in (0.3, 0.001, 0.1, 0.03)))
    serial, together = one_by_one(experiments), stacked(experiments)
    assert {end.status for end in ends(serial)} == {"stopped", "finished"}
    assert len({end.step for end in ends(serial)}) > 2
    assert_same(serial, together, tolerance=1e-4)


def test_every_instrument_sees_what_it_would_see_of_a_single_run() -> None:
    experiments = asked(
        {"training": {"optimizer": "adam", "ema": 0.9}},
        {"training": {"optimizer": "adam", "ema": 0.8, "lr": 0.05, "schedule": "cosine", "l2": 0.01}},
        {"training": {"optimizer": "adam", "ema": 0.9, "clip_norm": 0.1, "early_stopping": 1}},
        steps=40,
    )
    assert [g.way for g in group(experiments)] == ["by hand"]
    serial, together = one_by_one(experiments, *instruments()), stacked(experiments, *instruments())
    seen = {event.instrument for event in together[0] if isinstance(event, Measured)}
    assert seen == set(instruments()) | {"data"}
    assert_same(serial, together, tolerance=1e-3)


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adagrad", "adamw"])
def test_instruments_see_buffers_under_pytorch_s_names(optimizer: str) -> None:
    momentum = [0.0, 0.9] if optimizer in ("sgd", "rmsprop") else [0.0, 0.0]
    # a bias before batch norm has no gradient but rounding, which adaptive optimizers blow up
    norm = "batch" if optimizer == "sgd" else "layer"
    plains = [{"model": {"norm": norm}, "training": {"optimizer": optimizer, "momentum": m}} for m in momentum]
    experiments = asked(*plains, steps=9)
    names = ("optimizer_buffers", "weights")
    assert_same(one_by_one(experiments, *names), stacked(experiments, *names), tolerance=1e-3)


def test_instruments_do_not_change_what_is_computed() -> None:
    experiments = asked({}, {"training": {"lr": 0.05}}, {"training": {"lr": 0.05, "schedule": "linear"}}, steps=60)
    bare, looked = stacked(experiments), stacked(experiments, *DEFAULT)
    losses = [[event for event in events if isinstance(event, StepEnded)] for events in bare]
    assert losses == [[event for event in events if isinstance(event, StepEnded)] for events in looked]


def test_each_run_s_steps_come_in_order_and_all_move_on_together() -> None:
    experiments = asked({}, {"seed": {"data": 3}}, {"data": {"samples": 70}}, steps=300)
    last = [0, 0, 0]
    furthest = 0
    for index, event in run_stacked(experiments):
        if isinstance(event, StepEnded):
            assert event.step == last[index] + 1
            last[index] = event.step
            if index < 2:
                furthest = max(furthest, abs(last[0] - last[1]))
    assert last == [300, 300, 300] and 0 < furthest <= 64


def test_two_goes_are_equal_bit_by_bit() -> None:
    experiments = falling_apart([0.01, 1e3, 0.02]) + asked({"model": {"dropout": 0.5}}, {"model": {"dropout": 0.5}})
    assert same(stacked(experiments), stacked(experiments))


def test_a_closed_iterator_lets_go() -> None:
    events = run_stacked(asked({}, {}))
    pairs = [next(events) for _ in range(30)]
    events.close()
    assert all(isinstance(index, int) for index, _ in pairs) and list(events) == []
    assert list(pairwise(sorted({index for index, _ in pairs}))) == [(0, 1)]
