# says: `backward()` was never called
"""Write the whole loop

`train` is empty. Write the training loop for a network of two layers, on
your own, in plain PyTorch:

- an optimizer for all of the model's parameters (`torch.optim.Adam`,
  lr=0.05, does well here),
- binary cross-entropy on logits as the loss,
- `steps` times round: predict, measure, clear the old gradients, blame,
  adjust.

The check does not look at your code but at what it does: which calls were
made, in which order, and what each changed.
"""

import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self, hidden: int = 16) -> None:
        super().__init__()
        self.fc1 = nn.Linear(2, hidden)
        self.fc2 = nn.Linear(hidden, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc2(torch.relu(self.fc1(x)))  # (batch, 1): logits


def train(model: nn.Module, X: torch.Tensor, y: torch.Tensor, steps: int) -> None:
    """Train `model` on X (batch, 2) and y (batch, 1), for so many steps."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    criterion = nn.BCEWithLogitsLoss()
    for _ in range(steps):
        optimizer.zero_grad()
        logits = model(X)
        criterion(logits, y)
        optimizer.step()
