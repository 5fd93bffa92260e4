"""Many models of one architecture that train together: their tensors, and one step of all. Knows no event.

One step is the loop's own: zero_grad, forward, loss, backward, clip, step, schedule; each over all models at once, the
gradients by PyTorch's autograd. Models do not touch one another: one that leaves the finite numbers spoils no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ...instruments.forward import Side
from .. import recipes
from ..job import Job
from .feed import Batch, Feed, Rows
from .gradients import Clipping, stacked_penalty
from .layers import first_unknown
from .layout import Layout, gathered_buffers, selected_rows
from .losses import stacked_loss
from .masks import Masks
from .nets import ByHand, Functional, Net
from .optimizers import STACKED, Setting, setting
from .rates import Plateaus, Rates


@dataclass(frozen=True, slots=True)
class Kept:
    """A stack as it stood after `step` steps: what one model needs to go on from there by itself."""

    step: int
    flat: Tensor
    averaged: Tensor | None
    buffers: dict[str, Tensor]
    optimizer: dict[str, Tensor]
    random: list[Tensor]
    plateaus: Plateaus | None


class Stack:
    """The models of these jobs, which `grouping` found to be alike, and everything that one step of them needs.

    `losses`, `penalties` and `lrs` are those of the steps since `forget`, one entry a step: (models,) each, or one
    number for all.
    """

    def __init__(self, jobs: Sequence[Job], rows_a_look: int = 4096) -> None:
        """`rows_a_look` bounds the memory that a pass over a whole set takes."""
        self.jobs, self.rows_a_look = list(jobs), rows_a_look
        self.step = 0
        models = [job.model for job in jobs]
        self.layout = Layout.of(models[0], len(jobs))
        self.flat = self.layout.gathered(models)
        self.averaged: Tensor | None = None
        self.buffers = gathered_buffers(models)
        self.masks = Masks([job.randomness.state for job in jobs]) if jobs[0].draws else None
        training = [job.experiment.training for job in jobs]
        self.rates = Rates(training, jobs[0].total, self.flat.device)
        self.optimizer = self._optimizer()
        self.net = self._wire()
        self.feed = Feed.of([job.batches for job in jobs], self.net.orientation)
        self.poison = torch.zeros_like(self.flat) if self.clipping.hides else None
        self.forget()

    # one step

    def advance(self) -> None:
        """A whole step."""
        self.find_gradients()
        self.move()

    def find_gradients(self) -> None:
        """Everything of the next step that comes before the optimizer's: gradients stand in `gradient`, clipped."""
        self.step += 1
        self.gradient.zero_()
        batches = min(self.accumulate, self.feed.left)
        loss = penalty = None
        for _ in range(batches):
            found, extra = self._backward(batches)
            loss = found if loss is None else loss + found
            penalty = extra if penalty is None or extra is None else penalty + extra
        assert loss is not None, "a step has a batch"
        self.losses.append(loss)
        self.penalties.append(penalty)
        if self.poison is not None:
            self.poison.add_(self.gradient * 0)  # infinity times 0 is NaN, and stays so
        if self.clips:
            self.clipping(self.gradient)

    def _backward(self, batches: int) -> tuple[Tensor, Tensor | None]:
        """One batch: its share of the step's loss and penalty (models,), gradients added to what is there."""
        self.batch = batch = self.feed.next()
        self.outputs = outputs = self.net.outputs(batch.inputs, batch.shared, True)
        losses = self.net.losses(outputs, batch.targets, batch.shared)
        share = self.ones if batches == 1 else self.ones / batches
        if self.penalty is None:
            torch.autograd.backward(losses, share)
            return _share(losses, batches), None
        extra = self.penalty()
        torch.autograd.backward([losses, extra], [share, share])
        return _share(losses, batches), _share(extra, batches)

    def move(self) -> None:
        """The optimizer's step, the schedule's, and the averaging of weights."""
        self.lrs.append(self.rates.now)
        self.optimizer.step(self.step, self.gradient, self.rates.now)
        self.rates.advance(self.losses[-1])
        if self.decay is not None:
            if self.averaged is None:
                self.averaged = self.flat.clone()  # the first one is a copy, as in AveragedModel
                self.judged = self._net(self.layout.views(self.averaged))
            else:
                self.averaged.lerp_(self.flat, self.decay)  # type: ignore[arg-type]

    def forget(self) -> None:
        """Begin to note steps anew."""
        self.losses: list[Tensor] = []
        self.penalties: list[Tensor | None] = []
        self.lrs: list[Setting] = []

    # what is known of the models

    def suspects(self) -> set[int]:
        """Positions of models that left the finite numbers since `forget`, or may have."""
        noted = [*self.losses, *(penalty for penalty in self.penalties if penalty is not None)]
        sums = [self.layout.sums(flat) for flat in (self.flat, self.gradient, self.poison) if flat is not None]
        sound = torch.isfinite(torch.stack([*noted, *sums])).all(0).tolist()
        return {position for position, fine in enumerate(sound) if not fine}

    def test_losses(self) -> list[float]:
        """Mean loss of each model over its test rows, by the averaged weights where there are any."""
        outputs, targets = self.looked_over("test")
        return self.net.losses(outputs, targets, False).tolist()

    def looked_over(self, side: Side) -> tuple[Tensor, Tensor]:
        """Outputs of every model in evaluation mode over all its rows of a side, and their targets.

        Test rows are put to the averaged weights where there are any.
        """
        whole = self._whole(side)
        net, axis = self.judged if side == "test" else self.net, self.net.orientation.row_axis(whole.shared)
        with torch.no_grad():
            pieces = [net.outputs(piece, whole.shared, False) for piece in whole.inputs.split(self.rows_a_look, axis)]
        outputs = pieces[0] if len(pieces) == 1 else torch.cat(pieces, self.net.orientation.row_axis(False))
        targets = whole.targets.expand(len(self.jobs), *whole.targets.shape) if whole.shared else whole.targets
        return outputs, targets

    def _whole(self, side: Side) -> Batch:
        """All rows of a side of every model, as batches are."""
        if side not in self.sides:
            device = self.flat.device
            splits = [getattr(job.dataset, side) for job in self.jobs]
            placed = {id(split): (split.inputs.to(device), split.targets.to(device)) for split in splits}
            self.sides[side] = Rows.of([placed[id(split)] for split in splits], self.net.orientation).picked()
        return self.sides[side]

    def keep(self) -> Kept:
        """A copy of everything that a step changes."""
        return Kept(
            self.step,
            self.flat.clone(),
            None if self.averaged is None else self.averaged.clone(),
            {name: buffer.clone() for name, buffer in self.buffers.items()},
            {name: buffer.clone() for name, buffer in self.optimizer.buffers.items()},
            [] if self.masks is None else self.masks.states,
            copy(self.rates.plateaus),
        )

    # fewer models

    def selected(self, positions: Sequence[int]) -> Stack:
        """Only these models, as they stand. This stack must not be used any more."""
        chosen = copy(self)
        chosen.jobs = [self.jobs[p] for p in positions]
        chosen.layout = self.layout.of_fewer(len(positions))
        chosen.flat = self.layout.selected(self.flat, positions)
        chosen.averaged = None if self.averaged is None else self.layout.selected(self.averaged, positions)
        chosen.poison = None if self.poison is None else torch.zeros_like(chosen.flat)
        chosen.buffers = selected_rows(self.buffers, positions)
        chosen.masks = None if self.masks is None else self.masks.selected(positions)
        chosen.rates = self.rates.selected(positions)
        chosen.optimizer = chosen._optimizer()
        for name, buffer in self.optimizer.buffers.items():
            if name in chosen.optimizer.buffers:
                chosen.optimizer.buffers[name].copy_(self.layout.selected(buffer, positions))
        chosen.feed = self.feed.selected(positions)
        chosen.net = chosen._wire()
        chosen.forget()
        return chosen

    # how it is put together

    def _optimizer(self) -> Any:
        kind = STACKED[self.jobs[0].experiment.training.optimizer]
        return kind(self.layout, [job.optimizer.param_groups[0] for job in self.jobs], self.flat)

    def _wire(self) -> Net:
        """Gradients, net and settings over `flat`; what `selected` has to do again."""
        training = [job.experiment.training for job in self.jobs]
        self.accumulate = training[0].accumulate
        self.gradient = torch.zeros_like(self.flat)
        gradients = self.layout.views(self.gradient)
        weights = self.layout.views(self.flat)
        for name, weight in weights.items():
            weight.requires_grad_().grad = gradients[name]
        self.ones = torch.ones(len(self.jobs), device=self.flat.device)
        self.penalty = stacked_penalty([t.l1 for t in training], [t.l2 for t in training], weights)
        self.clipping = Clipping([t.clip_norm for t in training], [t.clip_value for t in training], self.layout)
        self.clips = self.clipping.norm is not None or self.clipping.value is not None
        self.decay = self._decay([t.ema for t in training])
        self.sides: dict[Side, Batch] = {}
        net = self._net(weights)
        self.judged = net if self.averaged is None else self._net(self.layout.views(self.averaged))
        return net

    def _decay(self, given: Sequence[float | None]) -> Setting | None:
        """What share of the present weights goes into the averaged ones."""
        if given[0] is None:
            return None
        share = setting([1 - (decay or 0.0) for decay in given], self.flat.device)
        return self.layout.spread(share) if isinstance(share, Tensor) else share

    def _net(self, weights: dict[str, Tensor]) -> Net:
        job = self.jobs[0]
        if first_unknown(job.model):
            return Functional(job.model, weights, self.buffers, job.plain_criterion)
        loss = stacked_loss(recipes.criterion(job.experiment.training, job.dataset.task))
        return ByHand(job.model, weights, self.buffers, loss, self.masks)


def _share(value: Tensor, batches: int) -> Tensor:
    """Without its graph; of several batches the part of one, with as many digits as the loop's own sum has."""
    value = value.detach()
    return value if batches == 1 else value.double() / batches
