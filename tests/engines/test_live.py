"""The live engine against its oracle, the serial one: never touched, sought back, stopped, changed, edited."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import torch

from loopscope.engines import run
from loopscope.engines.keeping import Snapshots
from loopscope.engines.live import Change, Live, changed
from loopscope.errors import UserMistake
from loopscope.events import RunEnded, StepEnded
from loopscope.experiment import Experiment, preset, presets, validate
from loopscope.instruments import make
from loopscope.loop import PHASES

STEPS = 30

VARIANTS: dict[str, dict[str, Any]] = {
    "dropout and batch norm": {"model": {"hidden": [8, 4], "dropout": 0.3, "norm": "batch"}},
    "momentum, warm-up and cosine": {
        "training": {"optimizer": "sgd", "momentum": 0.9, "schedule": {"name": "cosine", "warmup": 5}}
    },
    "lbfgs": {"data": {"samples": 40}, "training": {"optimizer": "lbfgs", "lr": 0.5}},
    "lbfgs with dropout": {"data": {"samples": 40}, "model": {"dropout": 0.2}, "training": {"optimizer": "lbfgs"}},
    "one-cycle": {"training": {"optimizer": "adamw", "schedule": "one-cycle"}},
    "plateau, averages, accumulation": {
        "training": {"optimizer": "rmsprop", "schedule": "plateau", "ema": 0.9, "accumulate": 3, "batch_size": 8}
    },
    "mixed precision": {"training": {"amp": True}},
    "gradients that are never cleared": {"faults": {"inject": ["no-zero-grad", "repeated-seed"]}},
    "a step before backward": {"faults": {"inject": ["step-before-backward"]}},
    "all rows, penalties, clipping": {"training": {"batch_size": "all", "l1": 0.01, "l2": 0.1, "clip_norm": 0.5}},
}


def told(experiment: Experiment, most: int = STEPS) -> list[StepEnded]:
    found: list[StepEnded] = []
    for event in run(experiment):
        if isinstance(event, StepEnded):
            found.append(event)
        if len(found) == most:
            break
    return found


def taken(live: Live, count: int) -> list[StepEnded]:
    return [step for _ in range(count) if (step := live.step()) is not None]


def weights(live: Live) -> torch.Tensor:
    return torch.cat([p.detach().flatten().clone() for p in live.job.model.parameters()])


@pytest.mark.parametrize("name", presets())
def test_never_touched_it_gives_the_serial_engines_steps(name: str) -> None:
    assert taken(Live(preset(name)), STEPS) == told(preset(name))


@pytest.mark.parametrize("name", VARIANTS)
def test_sought_back_stopped_inside_a_batch_and_gone_on_it_is_still_the_serial_run(name: str) -> None:
    experiment = validate(VARIANTS[name])
    oracle, live, rng = told(experiment), Live(experiment, kept=Snapshots(most=3)), random.Random(name)
    while live.taken < len(oracle):
        assert live.step() == oracle[live.taken - 1]
        torch.rand(1)  # what others draw in between does not matter
        if rng.random() < 0.25:
            step = rng.randint(0, live.head)
            live.seek(step)
            assert live.taken == step and (not step or live.last == oracle[step - 1])
            for _ in range(rng.randint(0, 7)):
                live.next_phase()
            if rng.random() < 0.5:
                live.seek(live.head)


def test_sought_again_weights_gradients_and_buffers_are_bit_for_bit_the_same() -> None:
    live = Live(validate(VARIANTS["dropout and batch norm"]))
    seen: dict[int, list[torch.Tensor]] = {}

    def all_of_it() -> list[torch.Tensor]:
        model = live.job.model
        gradients = [p.grad.clone() for p in model.parameters() if p.grad is not None]
        return [weights(live), *gradients, *(b.clone() for b in model.buffers())]

    for _ in range(20):
        live.step()
        seen[live.taken] = all_of_it()
    for step in (13, 2, 20, 1, 9):
        live.seek(step)
        assert all(torch.equal(a, b) for a, b in zip(seen[step], all_of_it(), strict=True))


def test_it_goes_phase_by_phase_and_tells_what_stands_there() -> None:
    live = Live(preset("circles"))
    told_phases = [live.next_phase() for _ in PHASES]
    assert [ended.phase for ended in told_phases if ended] == list(PHASES)
    assert live.phase == "" and live.taken == 1 and live.last is not None
    backward = told_phases[PHASES.index("backward")]
    assert backward is not None and backward.step == 1
    assert np.array_equal(backward.arrays["0.weight.grad"], live.job.model[0].weight.grad.numpy())  # type: ignore[index]


def test_stopped_inside_a_batch_step_completes_it() -> None:
    live, oracle = Live(preset("circles")), told(preset("circles"))
    live.step()
    live.next_phase()
    live.next_phase()
    assert live.phase == "zero_grad" and live.taken == 1
    assert live.step() == oracle[1]


CHANGES: list[dict[str, Any]] = [
    {"training.lr": 0.2},
    {"training.batch_size": 7},
    {"training.batch_size": "all"},
    {"training.optimizer": "rmsprop", "training.momentum": 0.5},
    {"training.optimizer": "lbfgs"},
    {"training.l2": 0.1},
    {"training.clip_norm": 0.1},
    {"training.accumulate": 2},
    {"training.schedule": {"name": "cosine"}},
    {"training.schedule.name": "step", "training.schedule.every": 2},
    {"training.betas": [0.5, 0.9]},
    {"training.weight_decay": 0.5},
]


@pytest.mark.parametrize("settings", CHANGES, ids=str)
@pytest.mark.parametrize("inside", [False, True])
def test_a_change_in_flight_matters_from_the_next_step_and_is_repeated_bit_for_bit(
    settings: dict[str, Any], inside: bool
) -> None:
    experiment = validate({"data": {"samples": 60}, "model": {"hidden": [4], "dropout": 0.1}, "training": {"lr": 0.05}})
    live = Live(experiment)
    before = taken(live, 12)
    if inside:
        live.next_phase()
        live.next_phase()
    assert live.change(settings) is not None
    assert live.phase == ("zero_grad" if inside else "")
    after = taken(live, 12)
    assert before == told(experiment, 12)
    untouched = Live(experiment)
    taken(untouched, 24)
    assert not torch.equal(weights(live), weights(untouched))
    end = weights(live)
    for step in (20, 12, 3, 24):
        live.seek(step)
        assert live.last == [*before, *after][step - 1]
    assert torch.equal(weights(live), end)
    live.seek(12)
    assert live.experiment == changed(experiment, settings)
    live.seek(11)
    assert live.experiment == experiment


def test_momentum_given_to_rmsprop_in_flight_has_somewhere_to_be_kept() -> None:
    live = Live(validate({"training": {"optimizer": "rmsprop"}}))
    live.step()
    live.change({"training.momentum": 0.9})
    assert live.step() is not None


def test_going_on_from_an_earlier_step_forgets_what_came_after_it_and_its_changes() -> None:
    experiment = preset("circles")
    live = Live(experiment)
    taken(live, 10)
    live.change({"training.lr": 1.0})
    taken(live, 10)
    live.seek(5)
    assert live.head == 20
    assert taken(live, 15) == told(experiment, 20)[5:]
    assert live.head == 20 and live.changes == [] and live.experiment == experiment


def test_looking_inside_an_earlier_batch_forgets_nothing() -> None:
    live = Live(preset("circles"))
    taken(live, 10)
    live.seek(4)
    for _ in range(5):
        live.next_phase()
    live.seek(10)
    assert live.head == 10 and live.last == told(preset("circles"), 10)[-1]


def test_what_cannot_change_in_flight_is_refused_and_nothing_has_changed() -> None:
    live = Live(preset("circles"))
    live.step()
    for settings in ({"model.hidden": [3]}, {"training.loss": "bce"}, {"training.lr": -1}, {"training.rl": 1}):
        with pytest.raises(UserMistake):
            live.change(settings)
    assert live.change({"training.lr": preset("circles").training.lr}) is None
    assert live.experiment == preset("circles") and live.changes == []


def test_a_refusal_inside_a_batch_leaves_the_phase_it_was_asked_at() -> None:
    live = Live(validate({"training": {"schedule": "cosine", "epochs": 10}}))
    taken(live, 20)
    live.next_phase()
    with pytest.raises(UserMistake, match=r"training\.steps is 10; allowed more than the 20 steps that were taken"):
        live.change({"training.steps": 10})
    assert (live.phase, live.taken) == ("batch", 20)
    assert live.step() == told(validate({"training": {"schedule": "cosine", "epochs": 10}}), 21)[-1]


def test_it_goes_on_past_its_epochs_unless_the_schedule_needs_an_end() -> None:
    live = Live(validate({"training": {"steps": 3}}))
    assert len(taken(live, 6)) == 6 and not live.finished
    ended = Live(validate({"training": {"steps": 3, "schedule": "linear"}}))
    assert len(taken(ended, 6)) == 3 and ended.finished == "the schedule linear ends with step 3"
    ended.change({"training.steps": 5})
    assert len(taken(ended, 6)) == 2


def test_a_schedule_chosen_in_flight_begins_there_and_lasts_as_long_as_was_asked() -> None:
    live = Live(validate({"training": {"steps": 10, "lr": 0.1}}))
    taken(live, 15)
    live.change({"training.schedule": "linear"})
    rates = [step.lr for step in taken(live, 20)]
    assert len(rates) == 10 and rates[0] == 0.1 and rates[5] == pytest.approx(0.05)


def test_early_stopping_ends_it_as_in_the_serial_engine() -> None:
    experiment = validate({"training": {"lr": 0.5, "early_stopping": 2, "epochs": 100}})
    events = list(run(experiment))
    last = events[-1]
    assert isinstance(last, RunEnded) and last.status == "stopped"
    live = Live(experiment)
    assert len(taken(live, 1000)) == last.step and live.finished == last.reason


def test_an_edited_weight_is_in_the_experiment_and_in_the_next_reset() -> None:
    live = Live(preset("circles"))
    taken(live, 3)
    made = live.edit("0.weight", [1, 0], 0.25)
    assert made.fields[0].field == "0.weight[1, 0]" and made.fields[0].new == 0.25
    live.edit("0.weight", [1, 0], 0.75)
    assert [(e.tensor, e.index, e.value) for e in live.experiment.start.edits] == [("0.weight", (1, 0), 0.75)]
    assert Live(live.experiment).inspect("0.weight", [1, 0]).value == 0.75
    after = taken(live, 3)
    live.seek(5)
    assert live.last == after[1]
    live.seek(2)
    assert live.experiment == preset("circles")


def test_a_weight_tells_value_gradient_update_buffers_and_its_place_in_words() -> None:
    live = Live(preset("moons-mlp"))
    before = live.inspect("0.weight", [2, 1])
    assert before.gradient is None and before.update is None
    live.step()
    seen = live.inspect("0.weight", [2, 1])
    weight: Any = dict(live.job.model.named_parameters())["0.weight"]
    state = live.job.optimizer.state[weight]
    assert seen.value == weight[2, 1].item() and seen.gradient == weight.grad[2, 1].item()
    assert seen.update == pytest.approx(seen.value - before.value)
    assert seen.buffers["exp_avg"] == state["exp_avg"][2, 1].item() and seen.buffers["step"] == 1
    assert seen.name == "weight from x2 to unit 3 of hidden layer 1"
    assert "z = w · x + b" in seen.formula
    assert live.inspect("2.bias", [0]).name == "bias of the output"
    for tensor, index in (("0.wieght", [0, 0]), ("0.weight", [0]), ("0.weight", [99, 0])):
        with pytest.raises(UserMistake):
            live.inspect(tensor, index)


RUNAWAY: dict[str, Any] = {
    "data": {"name": "line"},
    "model": {"kind": "linear"},
    "training": {"optimizer": "sgd", "lr": 1e9, "steps": 200},
}


@pytest.mark.parametrize("more", [{}, {"optimizer": "lbfgs", "lr": 100.0}])
def test_divergence_keeps_the_last_finite_step_and_can_be_gone_back_from(more: dict[str, Any]) -> None:
    experiment = validate({**RUNAWAY, "training": {**RUNAWAY["training"], **more}})
    last = list(run(experiment))[-1]
    live = Live(experiment)
    steps = taken(live, 200)
    assert isinstance(last, RunEnded) and len(steps) == last.step == live.taken == live.head
    assert live.diverged is not None and live.diverged.reason == last.reason
    assert live.diverged.facts["tensor"] == last.facts["tensor"]
    assert not live.can_go_on and bool(torch.isfinite(weights(live)).all())
    kept = weights(live)
    live.seek(max(0, last.step - 1))
    live.seek(last.step)
    assert torch.equal(weights(live), kept)
    live.seek(0)
    live.change({"training.optimizer": "sgd", "training.lr": 0.01})
    assert live.can_go_on and len(taken(live, 50)) == 50 and live.diverged is None


def test_divergence_leaves_running_statistics_as_they_were_before_the_step_that_was_not_taken() -> None:
    training = {"optimizer": "sgd", "lr": 1e12, "schedule": {"name": "constant", "warmup": 10}}
    live = Live(validate({"data": {"name": "line"}, "model": {"norm": "batch"}, "training": training}))
    taken(live, 100)
    assert live.diverged is not None and live.taken
    stood = [buffer.clone() for buffer in live.job.model.buffers()]
    live.seek(0)
    live.seek(live.head)
    assert all(torch.equal(a, b) for a, b in zip(stood, live.job.model.buffers(), strict=True))


def test_a_changed_setting_lets_a_diverged_run_go_on_from_where_it_stands() -> None:
    live = Live(validate({**RUNAWAY, "training": {"optimizer": "sgd", "lr": 1e9, "batch_size": 5}}))
    taken(live, 100)
    stood = weights(live)
    live.change({"training.lr": 1e-30})
    assert torch.equal(weights(live), stood) and live.can_go_on


@pytest.mark.parametrize(("name", "classes"), [("iris", 3), ("breast-cancer", None)])
def test_wider_data_is_seen_over_two_columns_with_the_others_at_their_median(name: str, classes: int | None) -> None:
    live = Live(preset(name))
    live.look_over([3, 1])
    assert live.view is not None
    raw = live.job.dataset.train.raw
    rows = live.view.encode(np.array([[1.0, 2.0]]))
    by_hand = np.median(raw, axis=0)
    by_hand[3], by_hand[1] = 1.0, 2.0
    assert torch.equal(rows, live.job.dataset.encode(by_hand[None]))
    (surface,) = live.measure(make(["decision_surface"]))
    shape = surface.arrays["values"].shape
    assert shape == ((classes, 50, 50) if classes else (50, 50))
    assert np.array_equal(live.view.points(0).arrays["train_raw"], raw[:2000, [3, 1]])
    for columns in ([0, 0], [0, 99]):
        with pytest.raises(UserMistake, match="columns"):
            live.look_over(columns)


def test_snapshots_stay_few_and_small_and_step_0_among_them() -> None:
    live = Live(preset("moons-linear"), kept=Snapshots(most=10))
    taken(live, 300)
    steps = [kept.step for kept in live.snapshots]
    assert 4 <= len(steps) <= 10 and steps[0] == 0
    small = Live(preset("moons-linear"), kept=Snapshots(most_bytes=50_000))
    taken(small, 300)
    assert small.snapshots.nbytes <= 50_000 and next(iter(small.snapshots)).step == 0
    small.seek(150)
    assert small.last == told(preset("moons-linear"), 150)[-1]


def test_what_is_known_of_a_run_is_enough_to_have_it_again() -> None:
    live = Live(preset("circles"))
    taken(live, 7)
    live.change({"training.optimizer": "sgd", "training.momentum": 0.9})
    live.edit("0.bias", [0], 1.0)
    taken(live, 7)
    snapshot = live.snapshot()
    taken(live, 7)
    changes: list[Change] = list(live.changes)
    for kept in ((), (snapshot,)):
        again = Live.resumed(live.base, changes, 21, kept)
        again.seek(21)
        assert again.last == live.last and torch.equal(weights(again), weights(live))
        assert again.experiment == live.experiment
