"""Thirty-two hidden units

`MLP` has a hidden layer of 16 units. Two things to do:

1. Give it 32. It stays one hidden layer: wider, not deeper.
2. Set `parameters` to the number of weights and biases that it has then.
   Work it out before you count.
"""

import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)  # (batch, 1)


parameters = sum(parameter.numel() for parameter in MLP().parameters())
