"""The training loop, on one page. Knows nothing of experiments, instruments, files or how fast time should run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from .batches import grouped
from .divergence import Culprit, Diverged, FiniteCheck, first_bad_gradient, first_bad_value, step_or_restore
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
    autocast: torch.autocast | None = None,
    state: LoopState | None = None,
) -> Iterator[LoopState]:
    """Train `model` for `epochs` passes over `batches`, and yield after every phase.

    `batches` gives (inputs, targets), is iterated anew each epoch, and every `accumulate` of them make one step.
    Whoever drives the generator decides how fast time runs: read the yielded state, then ask for the next.
    With `state`, goes on after that step, in pass `state.epoch`; `batches` must then begin where it left off.
    Raises `Diverged` on the first loss or gradient that is not finite, before the step that would have used it.
    """
    state = state or LoopState()
    first_epoch = state.epoch
    forward, criterion = (autocast(model), autocast(criterion)) if autocast else (model, criterion)
    weights = [p for p in model.parameters() if p.requires_grad]
    all_finite = FiniteCheck(weights)

    def at(phase: Phase) -> LoopState:
        state.phase = phase
        return state

    def closure() -> Tensor:  # for optimizers that evaluate the loss themselves, several times a step
        optimizer.zero_grad()
        loss = criterion(forward(state.inputs), state.targets)
        loss = loss if penalty is None else loss + penalty(model)
        loss.backward()
        return loss

    needs_closure = isinstance(optimizer, torch.optim.LBFGS)

    model.train()
    for state.epoch in range(first_epoch, epochs):
        for group in grouped(batches, accumulate):
            state.step += 1
            state.loss_value = state.penalty_value = 0.0

            for position, (state.inputs, state.targets) in enumerate(group):
                state.samples_seen += len(state.targets)
                yield at("batch")

                if position == 0:
                    optimizer.zero_grad()
                    yield at("zero_grad")

                state.outputs = forward(state.inputs)  # (batch, outputs)
                yield at("forward")

                state.loss = loss = criterion(state.outputs, state.targets)  # ()
                state.loss_value += loss.item() / len(group)
                if not math.isfinite(state.loss_value):
                    raise Diverged(state.step, first_bad_value(model, state.inputs, state.loss_value))
                if penalty is not None:
                    extra = penalty(model)
                    state.penalty_value += extra.item() / len(group)
                    loss = loss + extra
                    if not math.isfinite(state.penalty_value):
                        raise Diverged(state.step, Culprit("penalty", "", state.penalty_value))
                yield at("loss")

                loss = loss if len(group) == 1 else loss / len(group)
                (loss if scaler is None else scaler.scale(loss)).backward()
                yield at("backward")

            if scaler is not None:
                scaler.unscale_(optimizer)  # clip after unscaling, or the threshold is in scaled units
            elif not all_finite():
                raise Diverged(state.step, first_bad_gradient(model))
            if clip_norm is not None:
                nn.utils.clip_grad_norm_(weights, clip_norm)
            if clip_value is not None:
                nn.utils.clip_grad_value_(weights, clip_value)
            yield at("clip")

            if needs_closure:  # it moves the weights before it knows the loss there
                step_or_restore(optimizer, closure, weights, state.step)
            elif scaler is None:
                optimizer.step()
            else:  # skips the step where a scaled gradient overflowed, and lowers the scale
                scaler.step(optimizer)
                scaler.update()
            yield at("step")

            if scheduler is not None:
                figure: list[Any] = [state.loss_value] if isinstance(scheduler, ReduceLROnPlateau) else []
                scheduler.step(*figure)
            yield at("schedule")
