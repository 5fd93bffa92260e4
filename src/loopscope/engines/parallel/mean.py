"""The mean loss over all rows of a global batch, of which each process has a share. Knows no criterion by name."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from .shares import Share
from .together import Group


class GlobalMean:
    """A criterion of (outputs, targets) of this process's rows whose value is the mean over everybody's.

    `asked` is what the first process wishes for after this step (a checkpoint), `agreed` what all know it wished for:
    it travels with the loss, for a message of its own would cost as much again.
    """

    def __init__(self, criterion: Callable[[Any, Any], Tensor], share: Share, group: Group) -> None:
        self.criterion, self.share, self.group = criterion, share, group
        self.asked = False
        self.agreed = False

    def __call__(self, outputs: Tensor, targets: Tensor) -> Tensor:
        # a mean over no rows is NaN; nothing times the outputs keeps the graph that the gradients' exchange waits for
        mean = self.criterion(outputs, targets) if len(targets) else outputs.sum() * 0.0
        message = torch.stack((mean.detach().float() * self.share.weight, mean.new_tensor(float(self.asked)).float()))
        begun = time.perf_counter()
        loss, asked = self.group.summed(message)
        self.agreed = asked.item() > 0
        self.group.waited_s += time.perf_counter() - begun
        return _WithValue.apply(mean, loss, self.share.weight * self.share.ranks)


class _WithValue(torch.autograd.Function):
    """The mean of one's own rows on the way back, weighted; the mean of all rows on the way forth.

    Gradients are averaged over processes afterwards, which divides by their number.
    """

    @staticmethod
    def forward(ctx: Any, mean: Tensor, value: Tensor, weight: float) -> Tensor:
        ctx.weight, ctx.dtype = weight, mean.dtype
        return value.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        return (gradients[0] * ctx.weight).to(ctx.dtype), None, None
