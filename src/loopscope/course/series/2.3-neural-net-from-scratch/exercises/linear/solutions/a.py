"""The way back through a linear layer

`Linear` computes X Wᵀ + b for a batch. Write `backward`. It gets `G`, (batch, out), the gradient of the
loss by what `forward` returned, and it

- leaves the gradients of its parameters in `self.weight_grad` and `self.bias_grad`, for this batch alone,
- returns the gradient by X, for the layer before.

Each gradient has the shape of what it belongs to. No autograd: the check gives you tensors that record nothing.
"""

import torch


class Linear:
    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        self.weight, self.bias = weight, bias  # (out, in), (out,)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        self.X = X
        return X @ self.weight.T + self.bias

    def backward(self, G: torch.Tensor) -> torch.Tensor:
        """Example by example, as formulas for one vector have it, and added up."""
        self.weight_grad = torch.zeros_like(self.weight)
        self.bias_grad = torch.zeros_like(self.bias)
        back = []
        for x, g in zip(self.X, G, strict=True):
            self.weight_grad += torch.outer(g, x)
            self.bias_grad += g
            back.append(self.weight.T @ g)
        return torch.stack(back)
