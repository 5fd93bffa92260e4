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
    z = first(X).detach()
    dead = z.amax(dim=0) <= 0
    weight, bias, out = first.weight.detach().clone(), first.bias.detach().clone(), last.weight.detach().clone()
    weight[dead] = 1 - 2 * torch.rand(int(dead.sum()), X.shape[1])
    bias[dead] = -(X @ weight[dead].T).median(dim=0).values - 1e-3
    out[:, dead] = 0
    first.weight.data, first.bias.data, last.weight.data = weight, bias, out
    return int(dead.sum())
