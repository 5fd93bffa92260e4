"""The whole state of a run between two steps, kept and put back bit for bit. Knows no step before or after it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, cast

import torch
from torch import Tensor, nn

from ..experiment import Experiment
from .early_stopping import EarlyStopping
from .job import Job
from .refitting import Course, adopt


@dataclass(slots=True)
class Snapshot:
    """After `step` steps and every change made there. Tensors are copies, on the device they live on.

    `order` is the generator's state before the pass in progress, `samples_seen` says how far that is. `gradients` are
    kept where a fault makes a step depend on the ones before it.
    """

    step: int
    epoch: int
    samples_seen: int
    experiment: Experiment
    course: Course
    model: list[Tensor]
    averaged: list[Tensor]
    gradients: list[Tensor | None]
    groups: list[dict[str, Any]]
    buffers: list[dict[str, Any]]
    schedule: dict[str, Any]
    scaler: dict[str, Any]
    order: Tensor | None
    random: Tensor
    stopping: tuple[float, int]

    @property
    def nbytes(self) -> int:
        return sum(_sizes([getattr(self, field.name) for field in fields(self)]))


def take(job: Job, course: Course, stopping: EarlyStopping, step: int, epoch: int, samples_seen: int) -> Snapshot:
    """The state as it stands between two steps."""
    optimizer = job.optimizer
    return Snapshot(
        step=step,
        epoch=epoch,
        samples_seen=samples_seen,
        experiment=job.experiment,
        course=course,
        model=[tensor.detach().clone() for tensor in tensors_of(job.model)],
        averaged=[tensor.detach().clone() for tensor in tensors_of(job.averaged)],
        gradients=[cloned(p.grad) for p in job.model.parameters()] if job.experiment.faults.inject else [],
        groups=[{k: cloned(v) for k, v in group.items() if k != "params"} for group in optimizer.param_groups],
        buffers=[cloned(optimizer.state.get(p, {})) for p in _trained(job)],
        schedule=copy.deepcopy(job.scheduler.state_dict()) if job.scheduler else {},
        scaler=job.scaler.state_dict() if job.scaler else {},
        order=order_of(job, samples_seen),
        random=job.randomness.state,
        stopping=(stopping.best, stopping.waited),
    )


def put_back(job: Job, stopping: EarlyStopping, kept: Snapshot) -> None:
    """The job as it was when `kept` was taken; gradients that were not kept are gone."""
    if kept.experiment is not job.experiment:
        adopt(job, kept.experiment, kept.course)
        stopping.patience = kept.experiment.training.early_stopping
    with torch.no_grad():
        for tensor, was in zip(tensors_of(job.model), kept.model, strict=True):
            tensor.copy_(was)
        for tensor, was in zip(tensors_of(job.averaged), kept.averaged, strict=True):
            tensor.copy_(was)
    gradients = kept.gradients or [None] * sum(1 for _ in job.model.parameters())
    for parameter, gradient in zip(job.model.parameters(), gradients, strict=True):
        parameter.grad = cloned(gradient)
    for group, was in zip(job.optimizer.param_groups, kept.groups, strict=True):
        group.update(cloned(was))
    job.optimizer.state.clear()
    for parameter, was in zip(_trained(job), kept.buffers, strict=True):
        if was:
            job.optimizer.state[parameter] = cloned(was)
    if job.scheduler:
        job.scheduler.load_state_dict(copy.deepcopy(kept.schedule))
    if job.scaler:
        job.scaler.load_state_dict(kept.scaler)
    job.randomness.state = kept.random
    stopping.best, stopping.waited = kept.stopping
    go_on_from(job, kept.order, kept.samples_seen)


def order_of(job: Job, samples_seen: int) -> Tensor | None:
    """The generator's state before the pass in progress; the present one between two passes."""
    generator = job.batches.generator
    if generator is None:
        return None
    return job.batches.began if _rows_into_pass(job, samples_seen) else generator.get_state()


def go_on_from(job: Job, order: Tensor | None, samples_seen: int) -> None:
    """Have the next pass be the rest of the one in which `samples_seen` rows had been seen in all."""
    if job.batches.generator is not None and order is not None:
        job.batches.generator.set_state(order)
        job.batches.began = order
    job.batches.skip = _rows_into_pass(job, samples_seen)


def _rows_into_pass(job: Job, samples_seen: int) -> int:
    return samples_seen % len(job.batches.inputs)  # every pass sees every row once


def _trained(job: Job) -> Iterator[nn.Parameter]:
    for group in job.optimizer.param_groups:
        yield from group["params"]


def tensors_of(model: nn.Module | None) -> Iterator[Tensor]:
    """Parameters and buffers, in the model's own order."""
    if model is not None:
        yield from model.parameters()
        yield from model.buffers()


def cloned(value: Any) -> Any:
    """A copy that shares no tensor, list or dict with `value` (L-BFGS keeps lists of tensors)."""
    if isinstance(value, Tensor):
        return value.detach().clone()
    if isinstance(value, dict):
        return {key: cloned(inner) for key, inner in cast(dict[Any, Any], value).items()}
    if isinstance(value, list):
        return [cloned(inner) for inner in cast(list[Any], value)]
    return value


def _sizes(value: Any) -> Iterator[int]:
    if isinstance(value, Tensor):
        yield value.numel() * value.element_size()
    elif isinstance(value, (list, tuple)):
        for inner in cast(Iterable[Any], value):
            yield from _sizes(inner)
    elif isinstance(value, dict):
        yield from _sizes(list(cast(dict[Any, Any], value).values()))
