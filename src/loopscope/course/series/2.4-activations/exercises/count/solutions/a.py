"""Count the dead

`dead_units` is to say, for each ReLU of a network in its order, how many of its units are dead: 0 for every row of X.
`model` is an `nn.Sequential` of any depth. Return a list of whole numbers, one for each `nn.ReLU`.

At the moment it counts single zeros instead of units: a unit that is off for one example is not dead.
"""

from torch import Tensor, nn


def dead_units(model: nn.Sequential, X: Tensor) -> list[int]:
    counts = []
    out = X
    for layer in model:
        if isinstance(layer, nn.ReLU):
            counts.append(int((out.max(dim=0).values <= 0).sum()))
        out = layer(out).detach()
    return counts
