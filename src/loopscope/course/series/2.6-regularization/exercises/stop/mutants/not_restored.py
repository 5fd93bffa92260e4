# says: the weights of epoch
"""Stop early, and keep the best

`train_until(model, epoch, validate, patience)` trains: `epoch()` changes the model by one epoch, `validate()` gives its
validation loss then. Run epochs until the loss has not been lower than the lowest for `patience` epochs in a row, and
at the most 100. Put the weights back that were best, and return the number of the epoch (from 1) they come from.

As it stands it stops at the first rise, and leaves the last weights in the model.
"""

import copy
from collections.abc import Callable

from torch import nn


def train_until(
    model: nn.Module, epoch: Callable[[], None], validate: Callable[[], float], patience: int
) -> int:
    lowest, best_at, best = float("inf"), 0, copy.deepcopy(model.state_dict())
    for number in range(1, 101):
        epoch()
        loss = validate()
        if loss < lowest:
            lowest, best_at, best = loss, number, copy.deepcopy(model.state_dict())
        elif number - best_at >= patience:
            break
    return best_at
