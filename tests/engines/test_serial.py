"""The serial engine: what it tells, and how it ends."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from loopscope.engines import prepare
from loopscope.engines.serial import run
from loopscope.errors import UserMistake
from loopscope.events import Event, Measured, PhaseEnded, RunEnded, RunStarted, StepEnded, decode, encode
from loopscope.experiment import Experiment
from loopscope.instruments import make
from loopscope.loop import PHASES


def asked(**plain: Any) -> Experiment:
    plain.setdefault("training", {"epochs": 3})
    return Experiment.model_validate(plain)


def told(experiment: Experiment, *names: str, **settings: Any) -> list[Event]:
    return list(run(experiment, make(list(names)), **settings))


def steps(events: list[Event]) -> list[StepEnded]:
    return [event for event in events if isinstance(event, StepEnded)]


def test_a_run_tells_how_it_started_each_step_and_how_it_ended() -> None:
    events = told(asked(), run_id="r1", now=iter((10.0, 20.0)).__next__)
    first, last = events[0], events[-1]
    assert isinstance(first, RunStarted) and (first.run, first.started, first.source) == ("r1", 10.0, "engine")
    assert isinstance(last, RunEnded) and (last.status, last.step, last.ended) == ("finished", 15, 20.0)
    assert [s.step for s in steps(events)] == list(range(1, 16))
    assert [s.epoch for s in steps(events)] == [0] * 5 + [1] * 5 + [2] * 5
    assert steps(events)[-1].samples_seen == 3 * 140
    assert Experiment.model_validate_json(__import__("json").dumps(first.experiment)) == asked()


def test_every_event_goes_through_the_wire() -> None:
    for event in told(asked(), "loss", "gradient_norm", "decision_surface"):
        back = decode(encode(event))
        assert type(back) is type(event)
        if isinstance(event, Measured) and isinstance(back, Measured):
            assert all(np.array_equal(event.arrays[k], back.arrays[k], equal_nan=True) for k in event.arrays)


def test_the_record_ends_with_the_state_it_ended_in() -> None:
    events = told(asked(training={"steps": 13}), "loss", "decision_surface")
    assert {e.instrument for e in events if isinstance(e, Measured) and e.step == 13} == {"loss", "decision_surface"}
    assert {e.instrument for e in events if isinstance(e, Measured) and e.step == 0} == {
        "data",
        "loss",
        "decision_surface",
    }


def test_two_runs_of_one_experiment_are_equal_and_each_seed_matters_alone() -> None:
    base = [s.loss for s in steps(told(asked()))]
    assert base == [s.loss for s in steps(told(asked()))]
    for seed in ("data", "init", "order"):
        assert base != [s.loss for s in steps(told(asked(seed={seed: 1})))]
    same_weights = [
        torch.cat([p.flatten() for p in prepare(asked(seed={"order": o})).model.parameters()]) for o in (0, 1)
    ]
    assert torch.equal(*same_weights)


def test_what_others_draw_between_events_does_not_matter() -> None:
    experiment = asked(model={"dropout": 0.5})
    quiet = [s.loss for s in steps(told(experiment))]
    noisy = []
    for event in run(experiment):
        torch.rand(3)
        noisy += [event.loss] if isinstance(event, StepEnded) else []
    assert quiet == noisy


def test_two_runs_can_take_turns() -> None:
    experiment = asked(model={"dropout": 0.5})
    alone = [s.loss for s in steps(told(experiment))]
    pairs = zip(run(experiment), run(experiment), strict=True)
    assert [a.loss for a, _ in pairs if isinstance(a, StepEnded)] == alone


def test_divergence_stops_at_the_last_finite_step_and_names_the_tensor() -> None:
    experiment = asked(
        data={"name": "line"}, model={"kind": "linear"}, training={"optimizer": "sgd", "lr": 1e9, "steps": 200}
    )
    job = prepare(experiment)
    events = list(run(experiment, make(["loss"]), job=job))
    last = events[-1]
    assert isinstance(last, RunEnded) and last.status == "diverged"
    assert 0 < last.step < 200 and last.facts["step"] == last.step + 1 and last.facts["tensor"]
    assert [s.step for s in steps(events)][-1] == last.step
    assert all(math.isfinite(s.loss) for s in steps(events))
    assert all(bool(torch.isfinite(p).all()) for p in job.model.parameters())


def test_lbfgs_that_runs_away_is_put_back_to_the_last_finite_step() -> None:
    experiment = asked(
        data={"name": "line"}, model={"kind": "linear"}, training={"optimizer": "lbfgs", "lr": 100.0, "steps": 20}
    )
    job = prepare(experiment)
    last = list(run(experiment, job=job))[-1]
    assert isinstance(last, RunEnded) and last.status == "diverged"
    assert all(bool(torch.isfinite(p).all()) for p in job.model.parameters())


@pytest.mark.parametrize("fault", ["no-step", "step-before-backward"])
def test_a_schedule_bears_an_optimizer_that_never_steps(fault: str) -> None:
    training = {"schedule": {"name": "cosine", "warmup": 2}, "epochs": 2}
    last = told(asked(training=training, faults={"inject": [fault]}))[-1]
    assert isinstance(last, RunEnded) and last.status == "finished"


def test_early_stopping_says_why() -> None:
    last = told(asked(training={"early_stopping": 1, "epochs": 200, "lr": 0.3}))[-1]
    assert isinstance(last, RunEnded) and last.status == "stopped" and "no better test loss than" in last.reason


def test_phases_are_told_when_asked_for() -> None:
    events = told(asked(training={"steps": 2}), phases=True)
    phases = [e for e in events if isinstance(e, PhaseEnded)]
    assert [p.phase for p in phases] == [*PHASES, *PHASES]
    before, after = phases[PHASES.index("clip")], phases[PHASES.index("step")]
    assert not np.array_equal(before.arrays["0.weight"], after.arrays["0.weight"])
    assert np.array_equal(before.arrays["0.weight.grad"], after.arrays["0.weight.grad"])


def test_edited_weights_are_where_they_were_put() -> None:
    model = prepare(asked(start={"edits": [{"tensor": "0.weight", "index": [2, 1], "value": 0.73}]})).model
    assert model.get_parameter("0.weight")[2, 1].item() == pytest.approx(0.73)


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        (
            {"start": {"edits": [{"tensor": "0.weigth", "index": [0, 0], "value": 1.0}]}},
            r"start.edits\[0\].tensor is '0.weigth'",
        ),
        (
            {"start": {"edits": [{"tensor": "0.weight", "index": [9, 9], "value": 1.0}]}},
            r"start.edits\[0\].index is .*8 × 2",
        ),
        (
            {"model": {"norm": "batch"}, "training": {"batch_size": 139, "epochs": 1}},
            "training.batch_size is 139; allowed a size that leaves no batch of a single row .140 training rows.*=140",
        ),
        ({"model": {"hidden": [8192] * 8}}, "model.hidden is .*allowed layers of at most 200,000,000 parameters"),
        ({"model": {"kind": "cnn"}}, "model.kind is 'cnn'"),
        ({"data": {"name": "text"}}, "model.kind is 'mlp'; allowed transformer for text"),
        ({"training": {"device": "cuda", "epochs": 1}}, "training.device is 'cuda'"),
    ],
)
def test_what_cannot_run_is_refused_before_the_first_event(plain: dict[str, Any], words: str) -> None:
    if "device" in plain.get("training", {}) and torch.cuda.is_available():
        plain["training"]["device"], words = "cuda:99", "training.device is 'cuda:99'"
    with pytest.raises(UserMistake, match=words):
        run(asked(**plain))


@pytest.mark.parametrize(
    ("section", "settings", "words"),
    [
        ("training", {"loss": "mse"}, "training.loss is 'mse'; allowed auto, bce"),
        ("training", {"label_smoothing": 0.1}, "training.label_smoothing is 0.1"),
        ("data", {"scale_target": True}, "data.scale_target is True"),
        ("faults", {"inject": ["double-softmax"]}, "faults.inject is .*double-softmax only where"),
    ],
)
def test_what_does_not_fit_a_table_is_refused_once_it_was_read(
    tmp_path: Path, section: str, settings: dict[str, Any], words: str
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("a,b,bought\n" + "\n".join(f"{i},{i * i % 7},{'yes' if i % 2 else 'no'}" for i in range(20)))
    plain: dict[str, Any] = {
        "data": {"name": "table", "path": str(file), "target": "bought"},
        "training": {"epochs": 2},
    }
    plain[section] = plain.get(section, {}) | settings
    with pytest.raises(UserMistake, match=words):
        run(asked(**plain))


def test_test_rows_are_put_to_the_averaged_weights() -> None:
    experiment = asked(training={"ema": 0.5, "epochs": 3, "lr": 0.1})
    job = prepare(experiment)
    events = list(run(experiment, make(["loss"]), job=job))
    last = [e.values for e in events if isinstance(e, Measured) and e.instrument == "loss"][-1]
    assert job.averaged is not None
    for side, model in (("train", job.model), ("test", job.averaged)):
        rows = getattr(job.dataset, side)
        assert last[side] == job.plain_criterion(model(rows.inputs), rows.targets).item()
    test = job.dataset.test
    assert last["test"] != job.plain_criterion(job.model(test.inputs), test.targets).item()


def test_errors_of_a_regression_are_told_in_the_target_s_own_unit() -> None:
    experiment = asked(data={"name": "diabetes", "scale": "standard", "scale_target": True})
    job = prepare(experiment)
    events = list(run(experiment, make(["metrics"]), job=job))
    last = [e.values for e in events if isinstance(e, Measured) and e.instrument == "metrics"][-1]
    with torch.no_grad():
        said = job.dataset.scaling.target_in_its_unit(job.model.eval()(job.dataset.test.inputs)[:, 0].double().numpy())
    assert last["test_mae"] == pytest.approx(np.abs(said - job.dataset.test.raw_targets).mean(), rel=1e-5)
    assert last["test_mae"] > 10


def test_a_closed_iterator_lets_go() -> None:
    events = run(asked(model={"dropout": 0.1}))
    before = torch.get_rng_state()
    list(itertools.islice(events, 6))
    events.close()
    assert torch.equal(before, torch.get_rng_state())
