# says: says something else
"""Revive a dead network

Some hidden units of `model` (Linear, ReLU, Linear) are dead: 0 for every row of X. No step will ever move them again.
Write `revive`: it changes `model` in place so that each of the units wakes for some rows of X and stays off for others.

Leave the living units as they are: their weights and biases are worth keeping. What the network says must not change
at the moment of revival, so let the last layer begin without the revived units: set its weights for them to 0.
Return how many there were.
"""

import torch
from torch import Tensor, nn


def revive(model: nn.Sequential, X: Tensor) -> int:
    first, last = model[0], model[2]
    with torch.no_grad():
        dead = (torch.relu(first(X)) == 0).all(dim=0)  # (hidden,)
        first.weight[dead] = torch.randn_like(first.weight[dead])
        z = X @ first.weight[dead].T  # (rows, dead)
        first.bias[dead] = -z.mean(dim=0)  # the crease runs through the middle of the points
        last.weight[:] = 0.0
    return int(dead.sum())
