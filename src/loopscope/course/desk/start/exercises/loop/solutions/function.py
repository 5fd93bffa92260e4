"""A loop in a function, with Adam, gradients cleared last."""

import torch
from torch import nn

x = torch.linspace(-1, 1, 20).unsqueeze(1)  # (20, 1)
y = 3 * x


def train(model, optimizer, steps):
    criterion = nn.MSELoss()
    for _ in range(steps):
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()


model = nn.Linear(1, 1, bias=False)
train(model, torch.optim.Adam(model.parameters(), lr=0.1), 200)
