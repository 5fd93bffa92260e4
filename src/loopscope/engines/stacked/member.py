"""One model of a stack as its own run: what looks at it, where it stands, and how it goes on alone. Takes no step."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import ReduceLROnPlateau

from ...instruments import Instrument
from ...loop import LoopState
from ..early_stopping import EarlyStopping
from ..job import Job
from ..panel import Panel
from ..preparing import scheduler_for
from .optimizers import Setting
from .stack import Kept, Stack

COUNTED = frozenset({"rmsprop", "adagrad", "adam", "adamw"})
"""Optimizers whose state of each parameter has a count of its steps."""


@dataclass(slots=True)
class Member:
    """A run of a stack. `index` is its place among the experiments that were given.

    `panel` holds those of the `instruments` that look at one model by itself, and all of them once the run is alone.
    """

    index: int
    job: Job
    panel: Panel
    stopping: EarlyStopping
    instruments: Sequence[Instrument]

    @property
    def per_epoch(self) -> int:
        return self.job.per_epoch

    def progress(self, steps: Sequence[int]) -> tuple[list[int], list[int]]:
        """Epoch in which each of these steps was taken, and rows seen after it."""
        batches = self.job.batches
        rows, a_step = len(batches.inputs), self.job.experiment.training.accumulate * batches.size
        epochs = [(step - 1) // self.per_epoch for step in steps]
        begun = [step - epoch * self.per_epoch for step, epoch in zip(steps, epochs, strict=True)]
        seen = [epoch * rows + min(rows, own * a_step) for epoch, own in zip(epochs, begun, strict=True)]
        return epochs, seen

    # seen as one model

    def bind(self, stack: Stack, position: int) -> None:
        """Have the job's own model share the stack's memory, so that whoever looks at it sees this model there."""
        job = self.job
        put(job.model, stack.layout.of_model(stack.flat, position))
        put_buffers(job.model, {name: buffer[position] for name, buffer in stack.buffers.items()})

    def bind_rest(self, stack: Stack, position: int) -> None:
        """The same for what there is once steps are taken: gradients, the optimizer's buffers, the averaged model."""
        if stack.step:
            gradients = stack.layout.of_model(stack.gradient, position)
            for name, parameter in self.job.model.named_parameters():
                parameter.grad = gradients[name]
            kept = buffers_of(stack, stack.optimizer.buffers, position)
            fill_optimizer(self.job, kept, stack.step)
        if stack.averaged is not None and self.job.averaged is not None:
            put(self.job.averaged.module, stack.layout.of_model(stack.averaged, position))
        set_rate(self.job, value_of(stack.rates.now, position))

    def state(self, stack: Stack, position: int) -> LoopState:
        """The loop's variables before the step that the stack is about to take."""
        batch, orientation = stack.batch, stack.net.orientation
        epochs, seen = self.progress([stack.step])
        penalty = stack.penalties[-1]
        return LoopState(
            phase="clip",
            step=stack.step,
            epoch=epochs[0],
            samples_seen=seen[0],
            inputs=orientation.of_model(batch.inputs, position, batch.shared),
            targets=orientation.of_model(batch.targets, position, batch.shared),
            outputs=orientation.of_model(stack.outputs.detach(), position),
            loss=stack.losses[-1][position],
            loss_value=float(stack.losses[-1][position]),
            penalty_value=0.0 if penalty is None else float(penalty[position]),
        )

    # alone

    def alone(self, stack: Stack, kept: Kept, position: int) -> LoopState:
        """Take this model out of the stack as it was when `kept` was, ready to be driven by the plain loop."""
        job, layout = self.job, stack.layout
        self.panel.instruments = self.instruments
        put(job.model, cloned(layout.of_model(kept.flat, position)))
        put_buffers(job.model, {name: buffer[position].clone() for name, buffer in kept.buffers.items()})
        for parameter in job.model.parameters():
            parameter.grad = None
        if kept.step:
            fill_optimizer(job, buffers_of(stack, kept.optimizer, position), kept.step)
        if kept.averaged is not None and job.averaged is not None:
            put(job.averaged.module, cloned(layout.of_model(kept.averaged, position)))
            job.averaged.n_averaged.fill_(kept.step)
        if kept.random:
            job.randomness.state = kept.random[position]
        self._wind_schedule(kept, position)
        return self._wound(kept.step)

    def _wound(self, step: int) -> LoopState:
        """The loop's variables after `step` steps, the batches standing there too."""
        batches = self.job.batches
        epoch = step // self.per_epoch
        seen = self.progress([step])[1][0] if step else 0
        if batches.generator is not None and batches.size < len(batches.inputs):
            # a new one: others of the stack may go on with this
            batches.generator = torch.Generator().manual_seed(batches.generator.initial_seed())
            for _ in range(epoch if batches.reseed is None else 0):
                torch.randperm(len(batches.inputs), generator=batches.generator)
        batches.skip = seen - epoch * len(batches.inputs)
        return LoopState(step=step, epoch=epoch, samples_seen=seen)

    def _wind_schedule(self, kept: Kept, position: int) -> None:
        job = self.job
        set_rate(job, job.experiment.training.lr)
        scheduler = job.scheduler = scheduler_for(job, job.total)
        if isinstance(scheduler, ReduceLROnPlateau):
            assert kept.plateaus is not None, "a stack with such a schedule keeps its state"
            kept.plateaus.put_into(scheduler, position, kept.step)
        elif scheduler is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # this optimizer has taken no step, so it seems to come too early
                for _ in range(kept.step):
                    scheduler.step()


def put(model: nn.Module, weights: dict[str, Tensor]) -> None:
    """Have a model's parameters be these tensors, not copies of them."""
    for name, parameter in model.named_parameters():
        parameter.data = weights[name]


def put_buffers(model: nn.Module, buffers: dict[str, Tensor]) -> None:
    """The same for its buffers."""
    for name, buffer in model.named_buffers():
        buffer.data = buffers[name]


def cloned(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in tensors.items()}


def buffers_of(stack: Stack, buffers: dict[str, Tensor], position: int) -> dict[str, dict[str, Tensor]]:
    """Parameter → buffer → tensor, of one model, sharing memory with the stacked `buffers`."""
    own = {name: stack.layout.of_model(flat, position) for name, flat in buffers.items()}
    return {block.name: {name: views[block.name] for name, views in own.items()} for block in stack.layout.blocks}


def fill_optimizer(job: Job, buffers: dict[str, dict[str, Tensor]], step: int) -> None:
    """Have the job's own optimizer hold these, as if it had taken the steps."""
    group = job.optimizer.param_groups[0]
    counted = job.experiment.training.optimizer in COUNTED
    for name, parameter in job.model.named_parameters():
        own: dict[str, Any] = {"step": torch.tensor(float(step))} if counted else {}
        own |= {buffer: tensor for buffer, tensor in buffers[name].items() if _has(group, buffer)}
        job.optimizer.state[parameter] = own


def _has(group: dict[str, Any], buffer: str) -> bool:
    """A model without momentum has no buffer for it, although the stack has where others do."""
    return buffer != "momentum_buffer" or bool(group["momentum"])


def set_rate(job: Job, lr: float) -> None:
    for group in job.optimizer.param_groups:
        group["lr"] = lr


def value_of(given: Setting, position: int) -> float:
    return float(given[position]) if isinstance(given, Tensor) else given
