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
        self.kept = X.clone()
        return torch.addmm(self.bias, X, self.weight.T)

    def backward(self, G: torch.Tensor) -> torch.Tensor:
        self.weight_grad = torch.einsum("no,ni->oi", G, self.kept)
        self.bias_grad = torch.ones(len(G)) @ G
        return torch.einsum("no,oi->ni", G, self.weight)
