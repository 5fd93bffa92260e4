# says: takes the weights with their signs
"""An L1 penalty, without the biases

`penalty(model, strength)` is to return what is added to the loss: strength times the sum of the absolute values of all
weights. Biases are left out: they move a boundary and do not bend it. (A weight here is a matrix, a bias is a vector.)

As it stands it penalises the biases too, it squares instead of taking absolute values, and no gradient comes through.
"""

import torch
from torch import Tensor, nn


def penalty(model: nn.Module, strength: float) -> Tensor:
    total = torch.tensor(0.0)
    for parameter in model.parameters():
        if parameter.dim() == 2:  # a matrix of weights, not a vector of biases
            total = total + parameter.sum()
    return strength * total
