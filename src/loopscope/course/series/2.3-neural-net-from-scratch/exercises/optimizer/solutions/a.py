"""An optimizer of your own

Write `SGD`, plain gradient descent as a class that can take the place of `torch.optim.SGD` in any loop:

    optimizer = SGD(model.parameters(), lr=0.1)

`step()` moves each parameter by minus the learning rate times its gradient, `zero_grad()` forgets the gradients. A
parameter that has no gradient (its `.grad` is None) stays where it is.

Don't use anything of `torch.optim`. Mind that `model.parameters()` is a generator.
"""

from collections.abc import Iterable

import torch
from torch import nn


class SGD:
    def __init__(self, parameters: Iterable[nn.Parameter], lr: float) -> None:
        self.all = tuple(parameters)
        self.rate = lr

    @torch.no_grad()
    def step(self) -> None:
        moved = [parameter for parameter in self.all if parameter.grad is not None]
        for parameter in moved:
            assert parameter.grad is not None
            parameter.add_(parameter.grad, alpha=-self.rate)

    def zero_grad(self) -> None:
        for parameter in self.all:
            if parameter.grad is not None:
                parameter.grad.zero_()
