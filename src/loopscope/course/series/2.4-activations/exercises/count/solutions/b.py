"""Count the dead

`dead_units` is to say, for each ReLU of a network in its order, how many of its units are dead: 0 for every row of X.
`model` is an `nn.Sequential` of any depth. Return a list of whole numbers, one for each `nn.ReLU`.

At the moment it counts single zeros instead of units: a unit that is off for one example is not dead.
"""

from typing import Any

import torch
from torch import Tensor, nn


def dead_units(model: nn.Sequential, X: Tensor) -> list[int]:
    counts: list[int] = []

    def listen(layer: nn.Module, given: Any, out: Tensor) -> None:
        counts.append(sum(1 for unit in out.T if not unit.any()))

    hooks = [layer.register_forward_hook(listen) for layer in model if isinstance(layer, nn.ReLU)]
    with torch.no_grad():
        model(X)
    for hook in hooks:
        hook.remove()
    return counts
