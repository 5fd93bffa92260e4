"""Experiments that between them use every field of the schema, for the promise that each exports bit for bit."""

from __future__ import annotations

from typing import Any


def _person(i: int) -> str:
    city, income = ("Rome", "Oslo", "Bonn")[i % 3], "" if i % 9 == 0 else 1000 + i * 37 % 900
    return f"p{i},{20 + i * 7 % 40},{city},{income},{'yes' if i % 40 > 18 else 'no'}"


CSV = "\n".join(["name,age,city,income,bought", *(_person(i) for i in range(60))])
ROWS = [[i * 37 % 61 / 30 - 1, i * 53 % 67 / 33.5 - 1, i % 2] for i in range(60)]
SHORT: dict[str, Any] = {"epochs": 4, "lr": 0.02}


def case(
    data: dict[str, Any] | None = None,
    model: dict[str, Any] | None = None,
    *,
    training: dict[str, Any] | None = None,
    **rest: Any,
) -> dict[str, Any]:
    """Plain data of an experiment, short unless it says otherwise."""
    training = training or {}
    length = {} if {"epochs", "steps"} & training.keys() else SHORT
    return {"data": data or {}, "model": model or {}, "training": {**length, **training}, **rest}


MATRIX: dict[str, dict[str, Any]] = {
    "defaults": case(),
    # data
    "circles-noise-samples": case({"name": "circles", "samples": 120, "noise": 0.05, "test_fraction": 0.25}),
    "xor-features": case({"name": "xor", "features": ["x1", "x2", "x1*x2", "sin(x1)", "x2^2"]}, {"kind": "linear"}),
    "spiral-standard": case({"name": "spiral", "scale": "standard"}),
    "gaussians-minmax-no-test": case({"name": "gaussians", "scale": "minmax", "test_fraction": 0.0}),
    "line": case({"name": "line"}, {"kind": "linear"}),
    "sine-scaled-target": case({"name": "sine", "scale_target": True}),
    "plane": case({"name": "plane"}, {"kind": "linear"}, training={"loss": "mse"}),
    "bumps": case({"name": "bumps", "samples": 90}),
    "sawtooth": case({"name": "sawtooth"}),
    "formula": case({"name": "formula", "formula": "sin(3*x) + 0.2*x**2"}),
    "digits": case({"name": "digits", "samples": 300}),
    "iris": case({"name": "iris", "scale": "standard"}),
    "wine": case({"name": "wine", "scale": "minmax"}),
    "breast-cancer": case({"name": "breast-cancer", "scale": "standard", "samples": 200}),
    "diabetes": case({"name": "diabetes", "scale": "standard", "scale_target": True}),
    "table": case({"name": "table", "path": "people.csv", "target": "bought", "scale": "standard"}),
    "points": case({"name": "points", "points": ROWS, "scale": "standard", "features": ["x1", "x2", "x1*x2"]}),
    "points-of-three-classes": case({"name": "points", "points": [[*row[:2], at % 3] for at, row in enumerate(ROWS)]}),
    "points-along-a-curve": case({"name": "points", "points": [row[:2] for row in ROWS], "samples": 50}),
    # model
    "deep": case({}, {"hidden": [8, 8, 4], "activation": ["tanh", "gelu", "silu"]}),
    "residual-batch-norm": case({}, {"hidden": [6, 6, 6], "residual": True, "norm": "batch", "activation": "elu"}),
    "layer-norm-leaky": case({}, {"norm": "layer", "activation": "leaky_relu"}),
    "dropout": case({}, {"hidden": [16, 16], "dropout": 0.3}),
    "dropout-residual-layer": case({}, {"hidden": [8, 8], "dropout": 0.5, "residual": True, "norm": "layer"}),
    "no-bias-xavier": case({}, {"bias": False, "init": "xavier_uniform", "activation": "sigmoid"}),
    "kaiming-gain": case({}, {"init": "kaiming_normal", "init_gain": 0.5, "activation": "softplus"}),
    "orthogonal": case({}, {"init": "orthogonal", "activation": "identity", "hidden": [5, 5]}),
    "zeros": case({}, {"init": "zeros"}),
    "ones": case({}, {"init": "ones"}, training={"lr": 0.001, "epochs": 3}),
    "uniform": case({}, {"init": "uniform"}),
    "normal": case({}, {"init": "normal"}),
    "xavier-normal": case({}, {"init": "xavier_normal"}),
    "kaiming-uniform": case({}, {"init": "kaiming_uniform"}),
    # training
    "sgd-nesterov": case(training={"optimizer": "sgd", "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    "rmsprop": case(training={"optimizer": "rmsprop", "momentum": 0.5, "eps": 1e-6}),
    "adagrad": case(training={"optimizer": "adagrad", "lr": 0.1, "epochs": 3}),
    "adam-betas": case(training={"optimizer": "adam", "betas": [0.8, 0.95], "eps": 1e-7}),
    "adamw": case(training={"optimizer": "adamw", "weight_decay": 0.1}),
    "nadam": case(training={"optimizer": "nadam"}),
    "adamax": case(training={"optimizer": "adamax"}),
    "lbfgs": case(training={"optimizer": "lbfgs", "lr": 0.5, "batch_size": "all", "epochs": 6, "l2": 0.001}),
    "lbfgs-diverging": case(
        data={"name": "sine", "samples": 60},
        model={"hidden": [8], "activation": "tanh"},
        training={"optimizer": "lbfgs", "lr": 2.0, "batch_size": "all", "steps": 30},
    ),
    "penalties": case(training={"l1": 0.001, "l2": 0.01}),
    "full-batch": case(training={"batch_size": "all", "epochs": 12}),
    "steps": case(training={"steps": 13}),
    "accumulate": case(training={"accumulate": 3, "batch_size": 16, "epochs": 4}),
    "accumulate-full": case(training={"accumulate": 3, "batch_size": "all", "epochs": 4}),
    "accumulate-steps-penalty": case(training={"accumulate": 2, "batch_size": 20, "steps": 9, "l2": 0.01}),
    "clip-norm": case(training={"clip_norm": 0.1}),
    "clip-value": case(training={"clip_value": 0.01, "clip_norm": 1.0}),
    "smoothing": case({"name": "iris"}, training={"label_smoothing": 0.1}),
    "huber": case({"name": "sine"}, training={"loss": "huber"}),
    "mae": case({"name": "sine"}, training={"loss": "mae"}),
    "ema": case({}, {"norm": "batch"}, training={"ema": 0.9, "early_stopping": 2, "epochs": 30, "lr": 0.1}),
    "early-stopping": case(training={"early_stopping": 1, "epochs": 60, "lr": 0.3}),
    "early-stopping-dropout": case({}, {"dropout": 0.5}, training={"early_stopping": 2, "epochs": 40, "lr": 0.2}),
    "amp": case(training={"amp": True}),
    "warmup": case(training={"schedule": {"warmup": 5}}),
    "step-schedule": case(training={"schedule": {"name": "step", "every": 4, "factor": 0.3, "warmup": 3}}),
    "exponential": case(training={"schedule": {"name": "exponential", "every": 10, "factor": 0.5}}),
    "linear-schedule": case(training={"schedule": {"name": "linear", "final": 0.1}}),
    "cosine-warmup": case(training={"schedule": {"name": "cosine", "warmup": 4, "final": 0.05}}),
    "one-cycle": case(training={"schedule": {"name": "one-cycle", "peak_at": 0.4}}),
    "plateau": case(training={"schedule": {"name": "plateau", "patience": 2, "factor": 0.5}, "lr": 0.5, "epochs": 8}),
    # seeds and start
    "seeds": case(seed={"data": 3, "init": 4, "order": 5}),
    "edited": case(
        start={
            "edits": [
                {"tensor": "0.weight", "index": [1, 0], "value": 0.73},
                {"tensor": "2.bias", "index": [0], "value": -1.5},
            ]
        }
    ),
    "named": case(name="a run with a name"),
    # faults
    **{
        fault: case(faults={"inject": [fault]})
        for fault in (
            "no-zero-grad",
            "zero-grad-before-step",
            "step-before-backward",
            "no-step",
            "not-in-optimizer",
            "optimizer-recreated",
            "frozen",
            "double-sigmoid",
            "relu-before-loss",
            "flipped-loss-sign",
            "unshuffled",
            "same-batch",
            "misaligned-labels",
            "repeated-seed",
        )
    },
    "eval-in-training": case({}, {"dropout": 0.5}, faults={"inject": ["eval-in-training"]}),
    "double-softmax": case({"name": "iris"}, faults={"inject": ["double-softmax"]}),
    "broadcast-loss": case({"name": "sine"}, faults={"inject": ["broadcast-loss"]}),
    "two-faults": case(faults={"inject": ["no-zero-grad", "unshuffled"]}),
}
