"""An L1 penalty, without the biases

`penalty(model, strength)` is to return what is added to the loss: strength times the sum of the absolute values of all
weights. Biases are left out: they move a boundary and do not bend it. (A weight here is a matrix, a bias is a vector.)

As it stands it penalises the biases too, it squares instead of taking absolute values, and no gradient comes through.
"""

import torch
from torch import Tensor, nn


def penalty(model: nn.Module, strength: float) -> Tensor:
    weights = [each.flatten() for name, each in model.named_parameters() if name.endswith("weight")]
    return strength * torch.linalg.vector_norm(torch.cat(weights), ord=1)
