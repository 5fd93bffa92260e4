"""What an engine says beside the steps: how it began, what data there was, what a phase left. Runs nothing."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..events import Measured, PhaseEnded, RunStarted
from ..instruments import Instrument
from ..loop import LoopState
from .job import Job

DRAWN_ROWS = 2000
"""Rows of each side that are recorded for figures; more would not be seen."""
SHOWN_ENTRIES = 10_000
"""Entries of a tensor that a phase event carries at the most."""


def started(job: Job, run_id: str, now: float, instruments: Iterable[Instrument] = ()) -> RunStarted:
    """The first event: what is asked, on what machine, what looks at it when, what was found out while preparing."""
    dataset = job.dataset
    facts: dict[str, Any] = {
        "task": dataset.task,
        "train_rows": len(dataset.train),
        "test_rows": len(dataset.test),
        "inputs": list(dataset.input_names),
        "raw_inputs": list(dataset.raw_names),
        "target": dataset.target_name,
        "classes": list(dataset.class_names),
        "parameters": sum(p.numel() for p in job.model.parameters()),
        "target_center": float(dataset.scaling.target_center),
        "target_scale": float(dataset.scaling.target_scale),
        "steps": job.total,
        "steps_per_epoch": job.per_epoch,
        "device": job.device.value,
        "device_because": job.device.because,
        "threads": job.threads.number,
        "threads_because": job.threads.because,
        "fingerprint": job.experiment.fingerprint,
        "report": list(dataset.report),
        "instruments": {each.name: str(each.cadence) for each in instruments},
        "data": dict(dataset.facts),
    }
    return RunStarted(run_id, job.experiment.title, now, "engine", job.experiment.plain(), versions(), machine(), facts)


def versions() -> dict[str, str]:
    """What has to be the same for a run to repeat bit for bit."""
    return dict(_installed())


@cache
def _installed() -> tuple[tuple[str, str], ...]:
    """Read once: a millisecond of reading files, and many runs may begin at once."""
    names = ("loopscope", "torch", "numpy", "scikit-learn")
    return (("python", platform.python_version()), *((name, version(name)) for name in names))


def machine() -> dict[str, Any]:
    """The machine, as far as numbers depend on it."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count() or 1,
        "torch_threads": torch.get_num_threads(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
    }


def data_to_draw(job: Job) -> Measured:
    """The rows as a figure needs them: raw inputs and targets of both sides, cut to `DRAWN_ROWS`."""
    arrays: dict[str, np.ndarray] = {}
    for side, rows in (("train", job.dataset.train), ("test", job.dataset.test)):
        arrays[f"{side}_raw"] = rows.raw[:DRAWN_ROWS]
        arrays[f"{side}_targets"] = rows.raw_targets[:DRAWN_ROWS]
    return Measured(0, "data", arrays=arrays)


def phase_ended(job: Job, state: LoopState) -> PhaseEnded:
    """Every tensor as it stands after this phase: batch, outputs, loss, parameters and their gradients."""
    tensors: dict[str, Any] = {"inputs": state.inputs, "targets": state.targets}
    if state.phase not in ("batch", "zero_grad"):
        tensors["outputs"] = state.outputs
    for name, parameter in job.model.named_parameters():
        tensors[name] = parameter
        tensors[f"{name}.grad"] = parameter.grad
    values = {} if state.phase in ("batch", "zero_grad", "forward") else {"loss": state.loss_value}
    arrays = {name: _copied(tensor) for name, tensor in tensors.items() if _shown(tensor)}
    return PhaseEnded(state.step, state.phase, values, arrays)


def _shown(tensor: Any) -> bool:
    return isinstance(tensor, Tensor) and tensor.numel() <= SHOWN_ENTRIES


def _copied(tensor: Tensor) -> np.ndarray:
    tensor = tensor.detach().cpu()
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy().copy()
