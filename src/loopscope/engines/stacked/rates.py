"""The learning rate of each model at each step. Knows no optimizer of a stack.

Every schedule but plateau is `training.lr` times a factor that only the step decides. The factors come from PyTorch's
own schedulers, driven once for all models that share a schedule.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Hashable, Iterator, Sequence
from copy import copy
from itertools import repeat

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import ReduceLROnPlateau

from ...experiment import Schedule, Training
from ..preparing import laid_out
from .optimizers import Setting, setting


def factors(training: Training, total: int) -> Iterator[float]:
    """What lr is multiplied by at step 1, 2, … of `total`, for ever."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(()))], lr=1.0)
    scheduler = laid_out(training.model_copy(update={"lr": 1.0}), optimizer, total)
    while scheduler is not None:
        yield float(optimizer.param_groups[0]["lr"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nothing is optimized here, and so no step comes before a scheduler's
            scheduler.step()
    while True:
        yield 1.0


def _moving(schedule: Schedule) -> Hashable:
    """What tells a schedule from others, None where it does not move by itself."""
    still = schedule.name == "plateau" or (schedule.name == "constant" and not schedule.warmup)
    return None if still else schedule.model_dump_json()


class Rates:
    """Learning rates of a stack: `now` is what the next step uses, `advance` goes on to the one after it."""

    def __init__(self, trainings: Sequence[Training], total: int, device: torch.device) -> None:
        self.trainings = list(trainings)
        self.base = setting([training.lr for training in trainings], device)
        moving: dict[Hashable, Iterator[float]] = {
            _moving(t.schedule): repeat(1.0) if _moving(t.schedule) is None else factors(t, total) for t in trainings
        }
        self.streams = [] if list(moving) == [None] else list(moving.values())
        places = list(moving)
        self.stream_of = torch.tensor([places.index(_moving(t.schedule)) for t in trainings], device=device)
        plateaus = any(t.schedule.name == "plateau" for t in trainings)
        self.plateaus = Plateaus(trainings, device) if plateaus else None
        self.now = self._next()

    def advance(self, losses: Tensor) -> None:
        """A step was taken, with these mean losses (models,)."""
        if self.plateaus is not None:
            self.plateaus.hear(losses)
        if self.plateaus is not None or self.streams:
            self.now = self._next()

    def _next(self) -> Setting:
        now = self._scheduled()
        return now if self.plateaus is None else torch.where(self.plateaus.watched, self.plateaus.rates, now)

    def _scheduled(self) -> Setting:
        if not self.streams:
            return self.base
        now = [next(stream) for stream in self.streams]
        if len(now) == 1:
            return self.base * now[0]
        return self.base * torch.tensor(now, dtype=torch.float64, device=self.stream_of.device)[self.stream_of]

    def selected(self, positions: Sequence[int]) -> Rates:
        """Of these models only, from here on; the streams go on in it."""
        chosen = copy(self)
        chosen.trainings = [self.trainings[p] for p in positions]
        chosen.base = setting([training.lr for training in chosen.trainings], self.stream_of.device)
        chosen.stream_of = self.stream_of[list(positions)]
        chosen.plateaus = None if self.plateaus is None else self.plateaus.selected(positions)
        chosen.now = self.now[list(positions)] if isinstance(self.now, Tensor) else self.now
        return chosen


class Plateaus:
    """PyTorch's `ReduceLROnPlateau` in its default mode, for many models; `watched` says which of them have it."""

    threshold = 1e-4
    least_change = 1e-8  # its `eps`

    def __init__(self, trainings: Sequence[Training], device: torch.device) -> None:
        def column(values: Sequence[float]) -> Tensor:
            return torch.tensor(values, dtype=torch.float64, device=device)

        self.rates = column([t.lr for t in trainings])
        self.factor = column([t.schedule.factor for t in trainings])
        self.patience = column([t.schedule.patience for t in trainings])
        self.watched = column([t.schedule.name == "plateau" for t in trainings]).bool()
        self.best = torch.full_like(self.rates, math.inf)
        self.waited = torch.zeros_like(self.rates)

    def hear(self, losses: Tensor) -> None:
        figures = losses.double()
        better = figures < self.best * (1 - self.threshold)
        self.best = torch.where(better, figures, self.best)
        self.waited = torch.where(better, 0.0, self.waited + 1)
        tired = self.waited > self.patience
        lowered = self.rates * self.factor
        self.rates = torch.where(tired & (self.rates - lowered > self.least_change), lowered, self.rates)
        self.waited = torch.where(tired, 0.0, self.waited)

    def selected(self, positions: Sequence[int]) -> Plateaus:
        chosen = copy(self)
        for name in ("rates", "factor", "patience", "watched", "best", "waited"):
            setattr(chosen, name, getattr(self, name)[list(positions)])
        return chosen

    def put_into(self, scheduler: ReduceLROnPlateau, position: int, step: int) -> None:
        """Have a model's own scheduler stand where this one does, after `step` steps."""
        scheduler.best = float(self.best[position])
        scheduler.num_bad_epochs = int(self.waited[position])
        scheduler.last_epoch = step
        for group in scheduler.optimizer.param_groups:
            group["lr"] = float(self.rates[position])
