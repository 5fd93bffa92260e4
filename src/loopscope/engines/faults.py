"""Known bugs put into a loop through its arguments; the loop itself stays whole. Never repairs or detects one.

Each fault is one function over the parts of a job, and one list of lines for a stand-alone script. Both do the
same arithmetic in the same order, so that the script's losses are the run's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MethodType
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import mistake
from .job import Job

Criterion = Callable[[Any, Any], Tensor]

WRAPPED: dict[str, Callable[[Criterion], Criterion]] = {
    "double-softmax": lambda loss: lambda outputs, targets: loss(outputs.softmax(-1), targets),
    "double-sigmoid": lambda loss: lambda outputs, targets: loss(outputs.sigmoid(), targets),
    "relu-before-loss": lambda loss: lambda outputs, targets: loss(outputs.relu(), targets),
    "broadcast-loss": lambda loss: lambda outputs, targets: loss(*torch.broadcast_tensors(outputs, targets.squeeze(1))),
    "flipped-loss-sign": lambda loss: lambda outputs, targets: -loss(outputs, targets),
}
"""Faults of the criterion; a script spells them in the loss's own line."""


def wrap_criterion(criterion: Criterion, inject: Sequence[str]) -> Criterion:
    """The criterion with every fault of the loss applied, in the order asked for."""
    for fault in inject:
        criterion = WRAPPED[fault](criterion) if fault in WRAPPED else criterion
    return criterion


def trainable(model: nn.Module, inject: Sequence[str]) -> list[nn.Parameter]:
    """The parameters that the optimizer is given. Raises `UserMistake` where a fault leaves it none."""
    parameters = list(model.parameters())
    if "frozen" in inject:
        parameters[0].requires_grad_(False)
    given = parameters[1:] if "not-in-optimizer" in inject else parameters
    if not any(p.requires_grad for p in given):
        raise mistake("faults.inject", list(inject), "faults that leave something to train", "Try --set model.kind=mlp")
    return given


def break_parts(job: Job, inject: Sequence[str]) -> None:
    """Apply the faults of modes, batches and optimizer calls to a job that is otherwise ready."""
    for fault in inject:
        breaker = BREAKERS.get(fault)
        if breaker is not None:
            breaker(job)


def _no_zero_grad(job: Job) -> None:
    job.optimizer.zero_grad = lambda set_to_none=True: None


def _zero_grad_before_step(job: Job) -> None:
    job.optimizer.register_step_pre_hook(lambda optimizer, _args, _kwargs: optimizer.zero_grad())


def _no_step(job: Job) -> None:
    # a method, for a scheduler wraps it as one; setattr, for its type says that it returns a float
    setattr(job.optimizer, "step", MethodType(lambda optimizer, closure=None: None, job.optimizer))  # noqa: B010


def _step_before_backward(job: Job) -> None:
    criterion, step = job.criterion, job.optimizer.step

    def too_early(outputs: Any, targets: Any) -> Tensor:
        loss = criterion(outputs, targets)
        step()
        return loss

    job.criterion = too_early
    _no_step(job)


def _optimizer_recreated(job: Job) -> None:
    job.optimizer.register_step_post_hook(lambda optimizer, _args, _kwargs: optimizer.state.clear())


def _eval_in_training(job: Job) -> None:
    job.model.eval()
    job.model.train = lambda mode=True: job.model


def _unshuffled(job: Job) -> None:
    batches = job.batches
    flat = batches.targets.reshape(len(batches.targets), -1)[:, 0]
    order = torch.argsort(flat, stable=True)
    batches.inputs, batches.targets, batches.generator = batches.inputs[order], batches.targets[order], None


def _same_batch(job: Job) -> None:
    size = job.batches.size
    rows = torch.arange(len(job.batches.inputs)) % size
    job.batches.inputs, job.batches.targets = job.batches.inputs[rows], job.batches.targets[rows]
    job.batches.generator = None


def _misaligned_labels(job: Job) -> None:
    generator = torch.Generator().manual_seed(job.experiment.seed.data)
    job.batches.targets = job.batches.targets[torch.randperm(len(job.batches.targets), generator=generator)]


def _repeated_seed(job: Job) -> None:
    job.batches.reseed = job.experiment.seed.order


BREAKERS: dict[str, Callable[[Job], None]] = {
    "no-zero-grad": _no_zero_grad,
    "zero-grad-before-step": _zero_grad_before_step,
    "no-step": _no_step,
    "step-before-backward": _step_before_backward,
    "optimizer-recreated": _optimizer_recreated,
    "eval-in-training": _eval_in_training,
    "unshuffled": _unshuffled,
    "same-batch": _same_batch,
    "misaligned-labels": _misaligned_labels,
    "repeated-seed": _repeated_seed,
}
