# says: no gradient reaches the leak
"""An activation of your own

Write `Leaky`, a ReLU with a leak that is learned: for each number z it gives z where z is positive, and leak * z where
it is not. The leak is one parameter of the module; it begins at 0.25 (`Leaky(start=0.1)` begins elsewhere), and the
optimizer must find it among `model.parameters()`. Use no activation of `torch.nn` in it, and work for any shape.
"""

import torch
from torch import Tensor, nn


class Leaky(nn.Module):
    def __init__(self, start: float = 0.25) -> None:
        super().__init__()
        self.leak = nn.Parameter(torch.tensor(start))

    def forward(self, z: Tensor) -> Tensor:
        return torch.where(z > 0, z, self.leak.item() * z)  # the shape of z
