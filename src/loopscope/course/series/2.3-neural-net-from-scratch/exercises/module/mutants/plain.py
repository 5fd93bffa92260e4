# says: `parameters()` is empty
"""From tensors to a module

`predict` is a network of plain tensors. Write it as a class `Net`, an `nn.Module`, so that

- `Net(W1, b1, W2, b2)` begins with those very numbers, in tensors of its own,
- `Net(…)(X)` gives what `predict(X, …)` gives,
- `Net(…).parameters()` has all four, so that an optimizer can train them.

W1 is (hidden, in), b1 (hidden,), W2 (1, hidden), b2 (1,), for any `hidden` and `in`.
"""

import torch
from torch import nn


def predict(
    X: torch.Tensor, W1: torch.Tensor, b1: torch.Tensor, W2: torch.Tensor, b2: torch.Tensor
) -> torch.Tensor:
    hidden = torch.relu(X @ W1.T + b1)  # (batch, hidden)
    return hidden @ W2.T + b2  # (batch, 1): logits


class Net(nn.Module):
    def __init__(self, W1: torch.Tensor, b1: torch.Tensor, W2: torch.Tensor, b2: torch.Tensor) -> None:
        super().__init__()
        self.W1, self.b1 = W1.clone(), b1.clone()
        self.W2, self.b2 = W2.clone(), b2.clone()

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        hidden = torch.relu(X @ self.W1.T + self.b1)  # (batch, hidden)
        return hidden @ self.W2.T + self.b2  # (batch, 1): logits
