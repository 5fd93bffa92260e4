# says: leaves out the biases
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
        self.fc1 = nn.Linear(2, 32)
        self.fc2 = nn.Linear(32, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.relu(self.fc1(x))  # (batch, hidden)
        return self.fc2(h)  # (batch, 1)


parameters = 2 * 32 + 32 * 1
