"""Gradients averaged over all processes by DistributedDataParallel, and what is to be known of that. Steps nothing."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from .together import Group


class Replica(DistributedDataParallel):
    """DistributedDataParallel in which parameters and layers keep the names that they have in the model."""

    def named_parameters(self, *args: Any, **kwargs: Any) -> Iterator[tuple[str, nn.Parameter]]:
        return self.module.named_parameters(*args, **kwargs)

    def named_modules(self, *args: Any, **kwargs: Any) -> Any:
        return self.module.named_modules(*args, **kwargs)


class Exchange:
    """What DistributedDataParallel does with a bucket of gradients: divide, and sum over all processes.

    In a step that is looked at, keeps the norm of the gradient of this process's rows, and of everybody's.
    """

    def __init__(self, group: Group) -> None:
        self.group = group
        self.norms: tuple[float, float] | None = None
        """Before and after, of the last step that was looked at; None where it was not."""
        self._looking = False
        self._squares = 0.0
        self._began = 0.0

    def send(self, gradients: Tensor) -> torch.futures.Future[Tensor]:
        """One bucket (entries,) of what this process's rows gave; what comes of it is the mean over all processes."""
        if self._looking:
            self._squares += float(gradients.double().square().sum())
        gradients.div_(self.group.world.ranks)
        self._began = time.perf_counter()
        sent: Any = dist.all_reduce(gradients, async_op=True)
        return sent.get_future().then(lambda done: done.value()[0])

    def begin(self, looking: bool) -> None:
        """A step begins."""
        self._looking, self._squares, self._began, self.norms = looking, 0.0, 0.0, None

    def end(self, model: nn.Module) -> None:
        """The way back is over: what has passed since the last bucket was ready was waiting."""
        if not self._began:
            return  # nothing is sent before the last batch of a step
        self.group.waited_s += time.perf_counter() - self._began
        self._began = 0.0
        if self._looking:
            gradients = [p.grad for p in model.parameters() if p.grad is not None]
            self.norms = math.sqrt(self._squares), float(nn.utils.get_total_norm(gradients))


def replica_of(model: nn.Module, exchange: Exchange) -> Replica:
    """The model as the loop calls it: the same parameters, whose gradients are everybody's mean."""
    replica = Replica(model)
    replica.register_comm_hook(exchange, lambda exchange, bucket: exchange.send(bucket.buffer()))
    return replica
