"""Stacked runs are the serial engine's, whatever field of the experiment is set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loopscope.engines.stacked import group
from loopscope.experiment import paths
from loopscope.experiment.vocabulary import ACTIVATIONS, FAULTS
from strategies.stacked_runs import asked, assert_same, merged, one_by_one, stacked

CSV = "a,b,c\n" + "\n".join(f"{n % 7},{n * n % 11},{n % 3 + 0.5 * (n % 7)}" for n in range(40))
TEXT = "the loop is never hidden; " * 8
LINE = {"data": {"name": "line"}}
IRIS = {"data": {"name": "iris", "samples": 60, "scale": "standard"}}
DEEP = {"model": {"hidden": [6, 6]}}


POINTS = [[0, 1, 0], [1, 0, 1], [2, 2, 0], [3, 1, 1]] * 4


def over(path: str, *values: Any, **base: Any) -> list[dict[str, Any]]:
    """One plain experiment a value, put at the dotted path."""
    found: list[dict[str, Any]] = []
    for value in values:
        plain: Any = value
        for name in reversed(path.split(".")):
            plain = {name: plain}
        found.append(merged(base, plain))
    return found


def scheduled(*schedules: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"training": {"schedule": schedule, "lr": 0.02 + 0.01 * n}} for n, schedule in enumerate(schedules)]


SGD, ADAM = {"optimizer": "sgd"}, {"optimizer": "adam"}
CASES: dict[str, list[dict[str, Any]]] = {
    "name": over("name", "one", "two"),
    "data.name": over("data.name", "moons", "circles", "xor", "line", "sine", "plane"),
    "data.samples": over("data.samples", 60, 50, 60),
    "data.noise": over("data.noise", 0.1, 0.2, 0.4),
    "data.test_fraction": over("data.test_fraction", 0.3, 0.5, 0.3),
    "data.features": over("data.features", ["x1", "x2"], ["x1", "x1*x2"], ["x1"]),
    "data.scale": over("data.scale", "none", "standard", "minmax"),
    "data.scale_target": over("data.scale_target", True, False, **LINE),
    "data.formula": over("data.formula", "sin(3*x)", "x^2", data={"name": "formula"}),
    "data.points": over("data.points", POINTS, POINTS, data={"name": "points", "samples": None}),
    "model.kind": over("model.kind", "linear", "mlp") + over("model.kind", "linear", **LINE),
    "model.hidden": over("model.hidden", [8], [8], [4, 5], [4, 5]),
    "model.activation": over("model.activation", *ACTIVATIONS, ["tanh", "relu"], **DEEP),
    "model.init": over("model.init", "zeros", "normal", "orthogonal", "kaiming_normal", "xavier_uniform", "ones"),
    "model.init_gain": over("model.init_gain", 0.5, 1.0, 2.0),
    "model.bias": over("model.bias", True, False, False),
    "model.dropout": over("model.dropout", 0.3, 0.3, 0.0, **DEEP),
    "model.norm": over("model.norm", "batch", "batch", "layer", "layer", "none", training={"lr": 0.005}, **DEEP),
    "model.residual": over("model.residual", True, True, **DEEP)
    + over("model.residual", True, model={"hidden": [2, 3]}),
    "training.loss": over("training.loss", "mse", "mae", "huber", "mae", **LINE)
    + over("training.loss", "cross-entropy", **IRIS)
    + over("training.loss", "bce"),
    "training.optimizer": over(
        "training.optimizer", "sgd", "rmsprop", "adagrad", "adam", "adamw", "nadam", "adamax", "lbfgs"
    ),
    "training.lr": over("training.lr", 0.001, 0.01, 0.1),
    "training.momentum": over("training.momentum", 0.0, 0.5, 0.9, training=SGD)
    + over("training.momentum", 0.0, 0.9, training={"optimizer": "rmsprop", "lr": 0.003}),
    "training.nesterov": over("training.nesterov", True, False, True, training=SGD | {"momentum": 0.8}),
    "training.betas": over("training.betas", [0.9, 0.999], [0.5, 0.9], [0.0, 0.99], training=ADAM),
    "training.eps": over("training.eps", 1e-8, 1e-3)
    + over("training.eps", 1e-6, 1e-2, training={"optimizer": "rmsprop"})
    + over("training.eps", 1e-6, 1e-2, training={"optimizer": "adagrad"}),
    "training.weight_decay": over("training.weight_decay", 0.0, 0.1, training=SGD)
    + over("training.weight_decay", 0.0, 0.1, training=ADAM)
    + over("training.weight_decay", 0.5, 0.1, training={"optimizer": "adamw"})
    + over("training.weight_decay", 0.1, 0.1, training={"optimizer": "rmsprop"})
    + over("training.weight_decay", 0.1, 0.2, training={"optimizer": "adagrad"}),
    "training.l1": over("training.l1", 0.0, 0.01, 0.001),
    "training.l2": over("training.l2", 0.0, 0.01, 0.001, training={"l1": 0.001}),
    "training.schedule.name": scheduled(
        {"name": "constant"},
        {"name": "step", "every": 10},
        {"name": "exponential"},
        {"name": "linear"},
        {"name": "cosine"},
        {"name": "one-cycle"},
        {"name": "plateau", "patience": 3},
    ),
    "training.schedule.warmup": scheduled({"warmup": 10}, {"warmup": 0}, {"name": "cosine", "warmup": 20}),
    "training.schedule.every": scheduled({"name": "step", "every": 5}, {"name": "step", "every": 30}),
    "training.schedule.factor": scheduled(
        {"name": "exponential", "factor": 0.1}, {"name": "plateau", "factor": 0.3, "patience": 2}
    ),
    "training.schedule.final": scheduled({"name": "linear", "final": 0.5}, {"name": "cosine", "final": 0.1}),
    "training.schedule.peak_at": scheduled({"name": "one-cycle", "peak_at": 0.2}, {"name": "one-cycle"}),
    "training.schedule.patience": scheduled({"name": "plateau", "patience": 1}, {"name": "plateau", "patience": 8}),
    "training.batch_size": over("training.batch_size", 16, "all", 42, 7, 1000),
    "training.steps": over("training.steps", 100, 90, 100),
    "training.epochs": over("training.epochs", 20, 15, 20),
    "training.accumulate": over("training.accumulate", 2, 2, 4, training={"batch_size": 6, "l2": 0.01}),
    "training.clip_norm": over("training.clip_norm", None, 0.1, 0.01, training=SGD),
    "training.clip_value": over("training.clip_value", None, 0.05, 0.01, training=SGD | {"clip_norm": 0.1}),
    "training.label_smoothing": over("training.label_smoothing", 0.0, 0.1, 0.1, **IRIS),
    "training.ema": over("training.ema", None, 0.9, 0.99, training={"early_stopping": 5}),
    "training.early_stopping": over("training.early_stopping", 1, 2, None, training={"lr": 0.3, "epochs": 40}),
    "training.amp": over("training.amp", True, False),
    "training.device": over("training.device", "cpu", "auto"),
    "seed.data": over("seed.data", 0, 1, 2),
    "seed.init": over("seed.init", 3, 4, 5, seed={"order": 0}),
    "seed.order": over("seed.order", 0, 0, 7, seed={"init": 0}),
    "start.edits": over("start.edits", [{"tensor": "0.weight", "index": [2, 1], "value": 0.7}], []),
    "faults.inject": over(
        "faults.inject", *([name] for name in FAULTS if name not in ("double-softmax", "broadcast-loss"))
    ),
}
NEED_A_FILE = {"data.path", "data.target", "data.context"}


def test_no_field_is_forgotten() -> None:
    assert set(CASES) | NEED_A_FILE == set(paths())


@pytest.mark.parametrize("field", CASES)
def test_a_field_means_the_same_in_a_stack(field: str) -> None:
    experiments = asked(*CASES[field])
    assert_same(one_by_one(experiments), stacked(experiments))


def test_every_field_is_stacked_where_nothing_is_said_against_it() -> None:
    alone = {f: [g.because for g in group(asked(*CASES[f])) if g.way == "serial"] for f in CASES}
    assert {f for f, reasons in alone.items() if reasons} == {"training.optimizer", "training.amp", "faults.inject"}
    assert all(reason for reasons in alone.values() for reason in reasons)


def test_tables_are_stacked(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text(CSV)
    data = {"name": "table", "path": str(file), "target": "c", "samples": None}
    experiments = asked(*over("training.lr", 0.01, 0.03, data=data))
    assert [g.way for g in group(experiments)] == ["by hand"]
    assert_same(one_by_one(experiments), stacked(experiments))
