"""Swap the activation: Tanh and Sigmoid

`build` takes an activation (a class such as nn.Tanh) and ignores it: what
it makes always has a ReLU. Two things to do:

1. Let `build` put the activation that it is given between its two linear
   layers.
2. Let `with_tanh` be a network with Tanh and `with_sigmoid` one with
   Sigmoid, each trained by a call of `train`.

`train` stays as it is: the loop does not know which activation it trains.
"""

import torch
from sklearn.datasets import make_moons
from torch import nn

points, labels = make_moons(400, noise=0.2, random_state=0)
X = torch.tensor(points, dtype=torch.float32)  # (400, 2)
y = torch.tensor(labels, dtype=torch.float32).unsqueeze(1)  # (400, 1)


class Network(nn.Module):
    def __init__(self, activation: nn.Module) -> None:
        super().__init__()
        self.fc1 = nn.Linear(2, 16)
        self.activation = activation
        self.fc2 = nn.Linear(16, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc2(self.activation(self.fc1(x)))


def build(activation: type[nn.Module]) -> nn.Module:
    return Network(activation())


def train(model: nn.Module) -> None:
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    criterion = nn.BCEWithLogitsLoss()
    for _ in range(200):
        optimizer.zero_grad()
        loss = criterion(model(X), y)
        loss.backward()
        optimizer.step()


with_tanh = build(nn.Tanh)
train(with_tanh)
with_sigmoid = build(nn.Sigmoid)
train(with_sigmoid)
