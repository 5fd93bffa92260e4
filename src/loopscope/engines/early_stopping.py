"""When to stop because the test loss no longer falls. Never touches parameters, modes or random state."""

from __future__ import annotations

import math

import torch
from torch import nn

from .job import Job


class EarlyStopping:
    """Counts epochs without a test loss below the best so far; `training.early_stopping` is how many are borne.

    Judges the averaged weights where there are any. Where it was not asked for, it never says stop.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.patience = job.experiment.training.early_stopping
        self.best = math.inf
        self.waited = 0

    @property
    def reason(self) -> str:
        return f"no better test loss than {self.best:.6g} in {self.waited} epochs"

    def says_stop(self) -> bool:
        """Ask once at the end of each epoch."""
        return self.patience is not None and self.hears(held_out_loss(self.job))

    def hears(self, loss: float) -> bool:
        """The test loss at the end of an epoch: whether that is enough. Only where it was asked for."""
        assert self.patience is not None, "nobody asked for early stopping"
        if loss < self.best:
            self.best, self.waited = loss, 0
            return False
        self.waited += 1
        return self.waited >= self.patience


def held_out_loss(job: Job) -> float:
    """Mean loss over all test rows in evaluation mode, by the criterion without injected faults."""
    model: nn.Module = job.averaged if job.averaged is not None else job.model
    modes = {module: module.training for module in model.modules()}
    test = job.dataset.test
    device = job.batches.inputs.device
    with torch.no_grad():
        for module in modes:
            module.training = False
        loss = job.plain_criterion(model(test.inputs.to(device)), test.targets.to(device)).item()
    for module, training in modes.items():
        module.training = training
    return loss
