"""Fit a sine with L-BFGS, whose step asks for the loss as often as it likes.

loopscope watch examples/lbfgs.py
"""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.linspace(-3, 3, 200)[:, None]
y = torch.sin(2 * x) + 0.1 * torch.randn_like(x)

model = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=10, line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    return loss


for step in range(20):
    loss = optimizer.step(closure)
    print(f"step {step + 1:2d}   loss before it {loss.item():.5f}")
