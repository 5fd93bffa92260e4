"""Which architectures there are. Knows none of them by itself: each registers from its own file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from torch import nn

from ..errors import mistake, unknown
from ..experiment import Model
from ..experiment.vocabulary import ModelKind
from .ports import Ports

Builder = Callable[[Model, Ports], nn.Module]
Coder = Callable[[Model, Ports], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """An architecture: `build` makes it, `code` spells the same thing as plain PyTorch.

    Both must draw from torch's global generator in the same order, so that the script's weights are the run's.
    """

    name: str
    build: Builder
    code: Coder


_kinds: dict[str, Kind] = {}


def register(name: str, *, build: Builder, code: Coder) -> None:
    """Make an architecture known. Raises `UserMistake` for a name that the experiment's schema does not have."""
    if name not in get_args(ModelKind):
        raise unknown("model kind", name, get_args(ModelKind))
    _kinds[name] = Kind(name, build, code)


def kinds() -> dict[str, Kind]:
    """All architectures by name. Every module in this folder is loaded, so a new file is enough to join."""
    for module in pkgutil.iter_modules(importlib.import_module(__package__ or "").__path__):
        importlib.import_module(f"{__package__}.{module.name}")
    return _kinds


def kind(spec: Model) -> Kind:
    """The architecture of a spec. Raises `UserMistake` where this version has none of that name."""
    known = kinds()
    if spec.kind not in known:
        raise mistake("model.kind", spec.kind, ", ".join(sorted(known)), "Others come with a later version.")
    return known[spec.kind]


def build(spec: Model, ports: Ports) -> nn.Module:
    """The model, initialised from torch's global generator (seed it first; see `engines`).

    Raises `UserMistake` for an architecture that is not there, or a combination that it cannot build.
    """
    return kind(spec).build(spec, ports)


def code(spec: Model, ports: Ports) -> str:
    """Plain PyTorch lines that leave the same model in `model`, for a stand-alone script."""
    return kind(spec).code(spec, ports)
