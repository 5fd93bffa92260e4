"""The training loop, on one page. Knows nothing of experiments, instruments, files or how fast time should run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from .divergence import Diverged, first_bad_gradient, first_bad_value, gradients_finite
from .state import LoopState, Phase


def training_loop(
    model: nn.Module,
    batches: Iterable[tuple[Any, Any]],
    criterion: Callable[[Any, Any], Tensor],
    optimizer: torch.optim.Optimizer,
    *,
    epochs: int,
    accumulate: int = 1,
    penalty: Callable[[nn.Module], Tensor] | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    scheduler: LRScheduler | None = None,
    scaler: torch.amp.GradScaler | None = None,
    autocast: Callable[[], AbstractContextManager[Any]] = nullcontext,
) -> Iterator[LoopState]:
    """Train `model` for `epochs` passes over `batches`, and yield after every phase.

    `batches` gives (inputs, targets), is iterated anew each epoch, and every `accumulate` of them make one step.
    Whoever drives the generator decides how fast time runs: read the yielded state, then ask for the next.
    Raises `Diverged` on the first loss or gradient that is not finite, before the step that would have used it.
    """
    state = LoopState()
    scaler = scaler or torch.amp.GradScaler(enabled=False)  # disabled, it passes everything through
    weights = [p for p in model.parameters() if p.requires_grad]
    found, one = weights[0].new_zeros((), dtype=torch.float32), weights[0].new_ones((), dtype=torch.float32)

    def at(phase: Phase) -> LoopState:
        state.phase = phase
        return state

    def closure() -> Tensor:  # for optimizers that evaluate the loss themselves, several times a step
        optimizer.zero_grad()
        with autocast():
            loss = criterion(model(state.inputs), state.targets)
        loss = loss if penalty is None else loss + penalty(model)
        loss.backward()
        return loss

    step_arguments = (closure,) if isinstance(optimizer, torch.optim.LBFGS) else ()

    for state.epoch in range(epochs):
        model.train()
        stream = iter(batches)
        while group := list(islice(stream, accumulate)):
            state.step += 1
            state.loss_value = state.penalty_value = 0.0
            state.lr = float(optimizer.param_groups[0]["lr"])

            for position, (state.inputs, state.targets) in enumerate(group):
                state.samples_seen += len(state.targets)
                yield at("batch")

                if position == 0:
                    optimizer.zero_grad()
                    yield at("zero_grad")

                with autocast():
                    state.outputs = model(state.inputs)  # (batch, outputs)
                yield at("forward")

                with autocast():
                    state.loss = loss = criterion(state.outputs, state.targets)  # ()
                state.loss_value += loss.item() / len(group)
                if penalty is not None:
                    extra = penalty(model)
                    state.penalty_value += extra.item() / len(group)
                    loss = loss + extra
                if not math.isfinite(state.loss_value + state.penalty_value):
                    raise Diverged(state.step, first_bad_value(model, state.inputs, state.loss_value))
                yield at("loss")

                scaler.scale(loss / len(group) if accumulate > 1 else loss).backward()
                yield at("backward")

            scaler.unscale_(optimizer)  # clip after unscaling, or the threshold is in scaled units
            if not scaler.is_enabled() and not gradients_finite(weights, found, one):
                raise Diverged(state.step, first_bad_gradient(model))
            if clip_norm is not None:
                state.gradient_norm = nn.utils.clip_grad_norm_(weights, clip_norm).item()
            if clip_value is not None:
                nn.utils.clip_grad_value_(weights, clip_value)
            yield at("clip")

            scaler.step(optimizer, *step_arguments)
            scaler.update()
            yield at("step")

            if scheduler is not None:
                scheduler.step(*([state.loss_value] if isinstance(scheduler, ReduceLROnPlateau) else []))
            yield at("schedule")
