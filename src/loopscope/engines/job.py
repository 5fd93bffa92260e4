"""The parts of one run, ready to be driven. Builds none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LRScheduler
from torch.optim.swa_utils import AveragedModel

from ..datasets import Dataset
from ..experiment import Experiment
from ..loop import Batches, LoopState, keep_what_is_freed, training_loop
from . import choice
from .randomness import Randomness


@dataclass(slots=True)
class Job:
    """An experiment's parts, ready to run. `randomness` begins where torch stood after the weights were drawn.

    `total` counts the optimizer steps of the whole run, `per_epoch` those of one pass over the training rows.
    """

    experiment: Experiment
    dataset: Dataset
    device: choice.Choice
    threads: choice.Choice
    model: nn.Module
    criterion: Callable[[Any, Any], Tensor]
    plain_criterion: Callable[[Any, Any], Tensor]
    optimizer: torch.optim.Optimizer
    batches: Batches
    per_epoch: int
    total: int
    randomness: Randomness
    scheduler: LRScheduler | None = None
    penalty: Callable[[nn.Module], Tensor] | None = None
    scaler: torch.amp.GradScaler | None = None
    autocast: torch.autocast | None = None
    averaged: AveragedModel | None = None
    wrapped: nn.Module | None = None
    """What the loop calls in the model's place, which has the model's own parameters."""

    @property
    def draws(self) -> bool:
        """Whether a forward pass in training draws random numbers."""
        return any(isinstance(module, nn.Dropout) and module.p > 0 for module in self.model.modules())

    def loop(self, state: LoopState | None = None, epochs: int | None = None) -> Iterator[LoopState]:
        """The training loop over these parts; iterate it for phases. With `state` it goes on after that step.

        `epochs` is as many as the experiment asks for, unless it is given.
        """
        training = self.experiment.training
        keep_what_is_freed()
        return training_loop(
            self.model if self.wrapped is None else self.wrapped,
            self.batches,
            self.criterion,
            self.optimizer,
            epochs=epochs or -(-self.total // self.per_epoch),
            accumulate=training.accumulate,
            penalty=self.penalty,
            clip_norm=training.clip_norm,
            clip_value=training.clip_value,
            scheduler=self.scheduler,
            scaler=self.scaler,
            autocast=self.autocast,
            state=state,
        )
