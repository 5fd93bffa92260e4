"""What an experiment cannot do where several processes share each batch, and why. Starts none of them."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from ...errors import Problem, UserMistake
from ...experiment import Experiment

MOST = 64
"""Processes on one machine: more would be a typing error sooner than a machine."""


def check(experiment: Experiment, workers: int, field: str = "--workers") -> None:
    """Raise `UserMistake` with every reason why `workers` processes cannot train it together."""
    problems = [*_count(workers, field)] or [*_experiment(experiment, workers)]
    if problems:
        raise UserMistake(*problems)


def check_devices(experiment: Experiment, workers: int) -> None:
    """Raise `UserMistake` where the machine has not a graphics card for each of its `workers`."""
    there = torch.cuda.device_count()
    if on_cuda(experiment) and workers > there:
        allowed = f"cpu, or as many workers as CUDA devices, of which there are {there}"
        raise UserMistake(Problem("training.device", experiment.training.device, allowed, f"Try --workers {there}."))


def on_cuda(experiment: Experiment) -> bool:
    """Whether it will compute on CUDA here."""
    device = experiment.training.device
    return device.startswith("cuda") or (device == "auto" and torch.cuda.is_available())


def _count(workers: int, field: str) -> Iterator[Problem]:
    if not 1 <= workers <= MOST:
        yield Problem(field, workers, f"1 to {MOST} processes", "Try --workers 2.")


def _experiment(e: Experiment, workers: int) -> Iterator[Problem]:
    if workers == 1:
        return
    size, device = e.training.batch_size, e.training.device
    if size != "all" and size < workers:
        allowed = f"{workers} or more, a row for each of {workers} workers"
        yield Problem("training.batch_size", size, allowed, f"Try --set training.batch_size={8 * workers}")
    if e.model.norm == "batch":
        allowed = "none or layer with several workers, each of which would normalise by its own rows only"
        yield Problem("model.norm", "batch", allowed, "Try --set model.norm=layer")
    if "broadcast-loss" in e.faults.inject:
        allowed = "faults that treat a batch row by row; with several workers no row meets those of another"
        yield Problem("faults.inject", list(e.faults.inject), allowed, "Train it without --workers.")
    if device == "mps" or ":" in device:
        allowed = "cpu, cuda or auto with several workers, each of which takes a device of its own"
        yield Problem("training.device", device, allowed, "Try --set training.device=auto")
