# says: you return
"""The way back through a ReLU

`ReLU` has a forward pass. Write its backward pass: `G` is the gradient of the loss by what `forward` returned, and has
the same shape; `backward` returns the gradient by what `forward` was given.

The backward pass of a ReLU depends on something that only the forward pass has seen, so `forward` will need a line as
well. No autograd: the check gives you tensors that record nothing.
"""

import torch


class ReLU:
    def forward(self, Z: torch.Tensor) -> torch.Tensor:
        self.on = Z > 0
        return Z.clamp(min=0)

    def backward(self, G: torch.Tensor) -> torch.Tensor:
        return torch.where(self.on, G, 0.01 * G)
