"""Experiments worth starting from, by name. Never trains them; figures in summaries are from seeds 0 to 2."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from ..errors import unknown
from .spec import Experiment
from .validation import validate


@dataclass(frozen=True, slots=True)
class Preset:
    """A named experiment and what it shows, in one line."""

    name: str
    summary: str
    experiment: Experiment


def presets() -> dict[str, Preset]:
    """All presets by name, the simplest first. The dictionary is the caller's own."""
    return dict(_presets())


def preset(name: str) -> Experiment:
    """The experiment of a preset. Raises `UserMistake` for an unknown name, with the nearest known one."""
    known = _presets()
    if name not in known:
        raise unknown("preset", name, known)
    return known[name].experiment


@cache
def _presets() -> dict[str, Preset]:
    return {
        name: Preset(name, summary, validate({"name": name, **plain})) for name, (summary, plain) in GALLERY.items()
    }


GALLERY: dict[str, tuple[str, dict[str, Any]]] = {
    "line": (
        "Fit a straight line: two numbers learned by plain gradient descent.",
        {
            "data": {"name": "line"},
            "model": {"kind": "linear"},
            "training": {"optimizer": "sgd", "lr": 0.1, "batch_size": "all", "steps": 200},
        },
    ),
    "moons-linear": (
        "Two moons and a straight boundary: less than 0.9 is all that a linear model can do.",
        {
            "data": {"name": "moons", "samples": 400},
            "model": {"kind": "linear"},
            "training": {"lr": 0.05, "epochs": 60},
        },
    ),
    "moons-mlp": (
        "Two moons and one hidden layer: the boundary bends, and accuracy reaches 0.95.",
        {
            "data": {"name": "moons", "samples": 400},
            "model": {"hidden": [16]},
            "training": {"lr": 0.03, "epochs": 100},
        },
    ),
    "circles": (
        "A ring around a disc: no straight line can separate them, eight tanh units can.",
        {
            "data": {"name": "circles", "samples": 400},
            "model": {"hidden": [8], "activation": "tanh"},
            "training": {"lr": 0.03, "epochs": 100},
        },
    ),
    "circles-features": (
        "A ring around a disc again: with squares as inputs a linear model is enough.",
        {
            "data": {"name": "circles", "samples": 400, "features": ["x1^2", "x2^2"]},
            "model": {"kind": "linear"},
            "training": {"lr": 0.1, "epochs": 100},
        },
    ),
    "xor": (
        "Opposite corners belong together: the smallest problem that needs a hidden layer.",
        {
            "data": {"name": "xor", "samples": 400},
            "model": {"hidden": [8], "activation": "tanh"},
            "training": {"lr": 0.03, "epochs": 80},
        },
    ),
    "gaussians": (
        "Two clouds: logistic regression, where a straight boundary is the right one.",
        {"data": {"name": "gaussians"}, "model": {"kind": "linear"}, "training": {"lr": 0.05, "epochs": 60}},
    ),
    "spiral": (
        "Two arms wound around each other: depth and patience are needed here.",
        {
            "data": {"name": "spiral", "samples": 600},
            "model": {"hidden": [32, 32], "activation": "tanh"},
            "training": {"lr": 0.01, "batch_size": 64, "steps": 2000},
        },
    ),
    "sine": (
        "A curve from points: regression with one hidden layer of tanh units.",
        {
            "data": {"name": "sine", "samples": 300},
            "model": {"hidden": [32], "activation": "tanh"},
            "training": {"lr": 0.01, "steps": 1500},
        },
    ),
    "bumps": (
        "Hills and hollows over two inputs: a surface learned from scattered points.",
        {
            "data": {"name": "bumps", "samples": 800},
            "model": {"hidden": [32, 32], "activation": "tanh"},
            "training": {"lr": 0.01, "batch_size": 64, "steps": 1500},
        },
    ),
    "digits": (
        "Handwritten digits, 8 × 8 pixels: ten classes, 0.97 on digits never seen.",
        {
            "data": {"name": "digits"},
            "model": {"hidden": [32]},
            "training": {"lr": 0.005, "epochs": 40},
        },
    ),
    "iris": (
        "Three species from four measures: the oldest table of them all.",
        {
            "data": {"name": "iris", "scale": "standard"},
            "model": {"hidden": [8]},
            "training": {"lr": 0.02, "batch_size": 16, "epochs": 60},
        },
    ),
    "wine": (
        "Three cultivars from 13 measures in different units: see what scaling does.",
        {
            "data": {"name": "wine", "scale": "standard"},
            "model": {"hidden": [8]},
            "training": {"lr": 0.02, "batch_size": 16, "epochs": 40},
        },
    ),
    "breast-cancer": (
        "Benign or malignant from 30 measures: real data, about 0.97 on patients never seen.",
        {
            "data": {"name": "breast-cancer", "scale": "standard"},
            "model": {"hidden": [16]},
            "training": {"lr": 0.005, "weight_decay": 0.001, "epochs": 40},
        },
    ),
    "diabetes": (
        "How a disease progresses: noisy real data, where R² near 0.5 is as good as it gets.",
        {
            "data": {"name": "diabetes", "scale": "standard", "scale_target": True},
            "model": {"hidden": [8]},
            "training": {"lr": 0.005, "l2": 0.003, "epochs": 60},
        },
    ),
}
