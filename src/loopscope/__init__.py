"""Make the PyTorch training loop visible. Importing this does nothing: each name is loaded on first use.

run = loopscope.train("moons-mlp")              # an experiment: preset, file or link
with loopscope.watch(model, optimizer) as run:  # your own loop, unchanged
    ...
run.plot.loss()
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .course.scope import scope
    from .engines import resume, train
    from .errors import LoopscopeError, UserMistake
    from .experiment import Experiment, load, preset, presets
    from .explain import (
        ActivationGallery,
        Architecture,
        ChainRule,
        GradCheck,
        Landscape,
        Sharpness,
        activations,
        architecture,
        calls,
        chain_rule,
        gradcheck,
        landscape,
        shapes,
        sharpness,
    )
    from .recorder import watch
    from .runs import Run, compare, list_runs, open_run
    from .sweeps import depth_against_parameters, smallest_width, sweep

__version__ = "0.1.0"

_HOME = {
    "ActivationGallery": "explain",
    "Architecture": "explain",
    "ChainRule": "explain",
    "Experiment": "experiment",
    "GradCheck": "explain",
    "Landscape": "explain",
    "LoopscopeError": "errors",
    "Run": "runs",
    "Sharpness": "explain",
    "UserMistake": "errors",
    "activations": "explain",
    "architecture": "explain",
    "calls": "explain",
    "chain_rule": "explain",
    "compare": "runs",
    "depth_against_parameters": "sweeps",
    "gradcheck": "explain",
    "landscape": "explain",
    "list_runs": "runs",
    "load": "experiment",
    "open_run": "runs",
    "preset": "experiment",
    "presets": "experiment",
    "resume": "engines",
    "scope": "course.scope",
    "shapes": "explain",
    "sharpness": "explain",
    "smallest_width": "sweeps",
    "sweep": "sweeps",
    "train": "engines",
    "watch": "recorder",
}

__all__ = [
    "ActivationGallery",
    "Architecture",
    "ChainRule",
    "Experiment",
    "GradCheck",
    "Landscape",
    "LoopscopeError",
    "Run",
    "Sharpness",
    "UserMistake",
    "activations",
    "architecture",
    "calls",
    "chain_rule",
    "compare",
    "depth_against_parameters",
    "gradcheck",
    "landscape",
    "list_runs",
    "load",
    "open_run",
    "preset",
    "presets",
    "resume",
    "scope",
    "shapes",
    "sharpness",
    "smallest_width",
    "sweep",
    "train",
    "watch",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
