"""Stop early, and keep the best

`train_until(model, epoch, validate, patience)` trains: `epoch()` changes the model by one epoch, `validate()` gives its
validation loss then. Run epochs until the loss has not been lower than the lowest for `patience` epochs in a row, and
at the most 100. Put the weights back that were best, and return the number of the epoch (from 1) they come from.

As it stands it stops at the first rise, and leaves the last weights in the model.
"""

from collections.abc import Callable

import torch
from torch import nn


def train_until(model: nn.Module, epoch: Callable[[], None], validate: Callable[[], float], patience: int) -> int:
    losses: list[float] = []
    kept: list[list[torch.Tensor]] = []
    while len(losses) < 100:
        epoch()
        losses.append(validate())
        kept.append([each.detach().clone() for each in model.parameters()])
        best = losses.index(min(losses))
        if len(losses) - 1 - best == patience:
            break
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), kept[best], strict=True):
            parameter.copy_(value)
    return best + 1
