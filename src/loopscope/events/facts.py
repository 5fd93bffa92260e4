"""The events themselves: plain frozen data. Never sees torch, files or who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np

SCHEMA = 1
"""Version of the encoding; raised whenever a field changes its name, type or meaning."""

Status: TypeAlias = Literal["finished", "stopped", "diverged", "failed"]
Severity: TypeAlias = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A loop begins. `experiment` is its plain data (as in JSON), or None for somebody's own script.

    `source` says who drives: "engine" or "watch". `versions` and `machine` are what a reader needs
    to repeat the run (python, torch, loopscope; cpu, threads, device). `facts` holds what was found out
    while preparing (task, rows, features, chosen device with its reason).
    """

    run: str
    name: str
    started: float  # seconds since the epoch, UTC
    source: str = "engine"
    experiment: Mapping[str, Any] | None = None
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    machine: Mapping[str, Any] = field(default_factory=dict[str, Any])
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class PhaseEnded:
    """One phase inside a batch is over (sent only when asked for). `arrays` are tensors as they stand now."""

    step: int
    phase: str
    values: Mapping[str, float] = field(default_factory=dict[str, float])
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])


@dataclass(frozen=True, slots=True)
class StepEnded:
    """The optimizer took its step number `step` (from 1).

    `loss` is the batch's loss before that step, without `penalty`; `lr` is what the step used
    (first parameter group). `epoch` counts from 0. `samples_seen` is the total so far.
    """

    step: int
    epoch: int
    samples_seen: int
    loss: float
    penalty: float
    lr: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What an instrument read after `step` steps (0: before the first). `values["cost_s"]` is its own cost."""

    step: int
    instrument: str
    values: Mapping[str, float] = field(default_factory=dict[str, float])
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])


@dataclass(frozen=True, slots=True)
class Changed:
    """A setting was changed while the loop ran, from the step after `step` on."""

    step: int
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Where:
    """A line of somebody's script."""

    file: str
    line: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a diagnosis says: the cause by its slug, evidence in numbers, plain words, the fix as code."""

    cause: str
    severity: Severity
    step: int
    evidence: Mapping[str, float] = field(default_factory=dict[str, float])
    explanation: str = ""
    fix: str = ""
    post: str = ""
    where: Where | None = None
    proof: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A diagnosis spoke."""

    step: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The loop is over after `step` optimizer steps; `reason` is a sentence.

    On divergence `facts` names `tensor`, `layer`, `step` and `value`, as far as they are known.
    """

    step: int
    status: Status
    reason: str
    ended: float = 0.0  # seconds since the epoch, UTC
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


Event: TypeAlias = RunStarted | PhaseEnded | StepEnded | Measured | Changed | Found | RunEnded
