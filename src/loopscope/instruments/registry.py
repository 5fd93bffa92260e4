"""Which instruments there are, and how names become instruments. Measures nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from ..errors import unknown
from .activations import Activations
from .cadence import Cadence
from .decision_surface import DecisionSurface
from .gradient_noise import GradientNoise
from .gradient_norm import GradientNorm
from .instrument import Instrument
from .learning_rate import LearningRate
from .loss import Loss
from .metrics import Metrics
from .neuron_maps import NeuronMaps
from .optimizer_buffers import OptimizerBuffers
from .speed import Speed
from .update_ratio import UpdateRatio
from .weights import Weights

ALL: tuple[type[Instrument], ...] = (
    Loss,
    Metrics,
    GradientNorm,
    UpdateRatio,
    Activations,
    Weights,
    DecisionSurface,
    NeuronMaps,
    OptimizerBuffers,
    GradientNoise,
    LearningRate,
    Speed,
)

DEFAULT: tuple[str, ...] = (
    "loss",
    "metrics",
    "gradient_norm",
    "update_ratio",
    "activations",
    "weights",
    "decision_surface",
    "learning_rate",
    "speed",
)
"""What an engine measures where nothing else is asked for."""

DEFAULT_WATCH: tuple[str, ...] = ("gradient_norm", "update_ratio", "learning_rate", "speed")
"""The same for somebody's own loop: only what needs no forward pass of ours."""


Wanted: TypeAlias = Iterable[str | Instrument] | Mapping[str, Cadence | str | int]


def instruments() -> dict[str, type[Instrument]]:
    """Every instrument by its name."""
    return {kind.name: kind for kind in ALL}


def make(wanted: Wanted) -> list[Instrument]:
    """New instruments from names, or from name → cadence; instruments that are made already stay as they are.

    Raises `UserMistake` for an unknown name, with the nearest known one, and for a cadence that cannot be read.
    """
    if isinstance(wanted, Mapping):
        return [_kind(str(name))(cadence) for name, cadence in wanted.items()]
    names = (wanted,) if isinstance(wanted, str) else wanted
    return [each if isinstance(each, Instrument) else _kind(each)() for each in names]


def _kind(name: str) -> type[Instrument]:
    known = instruments()
    if name not in known:
        raise unknown("instrument", name, known)
    return known[name]
