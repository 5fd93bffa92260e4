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
        self.parameters = list(parameters)  # a generator can be walked once only
        self.lr = lr

    def step(self) -> None:
        with torch.no_grad():
            for parameter in self.parameters:
                if parameter.grad is not None:
                    parameter -= self.lr * parameter.grad

    def zero_grad(self) -> None:
        for parameter in self.parameters:
            parameter.grad = None
