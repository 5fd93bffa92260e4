"""A loop in a function, with Adam, gradients cleared last."""

import torch
from torch import nn


def train(model, optimizer, x, y, steps):
    criterion = nn.MSELoss()
    for _ in range(steps):
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()


x = torch.linspace(0, 3, 4).reshape(-1, 1)
model = nn.Sequential(nn.Linear(1, 1))
train(model, torch.optim.Adam(model.parameters(), lr=0.1), x, 2 * x + 1, 30)
