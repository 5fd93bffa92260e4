"""Gradients averaged over all processes by DistributedDataParallel, and what is to be known of that. Steps nothing."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
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
        self._squares: list[float] = []
        self._sent: list[Any] = []

    def send(self, gradients: Tensor, parts: Sequence[Tensor], last: bool) -> torch.futures.Future[Tensor]:
        """One bucket (entries,) of what this process's rows gave; after the last one all are means over processes.

        `parts` are the gradients in it, each tensor's own.
        Messages travel while the rest of backward is computed, and the last call waits for all of them. None has a
        Python callback: Gloo's threads would need the interpreter to drop it, which may be waiting for them to end.
        """
        if self._looking:
            self._squares += [float(part.double().square().sum()) for part in parts]
        gradients.div_(self.group.world.ranks)
        if self.group.beside is None:
            self._sent.append(dist.all_reduce(gradients, async_op=True))
        else:
            self._sum(gradients)
        if last:
            self._wait()
        future: torch.futures.Future[Tensor] = torch.futures.Future(devices=_cards(gradients))
        future.set_result(gradients)
        return future

    def begin(self, looking: bool) -> None:
        """A step begins."""
        self._looking, self._squares, self.norms = looking, [], None

    def end(self, model: nn.Module) -> None:
        """The way back is over, maybe of one batch of several in the step."""
        if self._looking:
            gradients = [p.grad for p in model.parameters() if p.grad is not None]
            # fsum: buckets are laid out anew after the first step, also of a run that is taken up
            self.norms = math.sqrt(math.fsum(self._squares)), float(nn.utils.get_total_norm(gradients))

    def _sum(self, gradients: Tensor) -> None:
        began = time.perf_counter()
        self.group.summed(gradients)
        self.group.waited_s += time.perf_counter() - began

    def _wait(self) -> None:
        began = time.perf_counter()
        for sent in self._sent:
            sent.wait()
        self._sent.clear()
        self.group.waited_s += time.perf_counter() - began


def _cards(tensor: Tensor) -> list[int | str | torch.device]:
    """Devices on which a future must wait for its value."""
    return [tensor.device] if tensor.is_cuda else []


def replica_of(model: nn.Module, exchange: Exchange) -> Replica:
    """The model as the loop calls it: the same parameters, whose gradients are everybody's mean."""
    replica = Replica(model)
    replica.register_comm_hook(
        exchange, lambda exchange, bucket: exchange.send(bucket.buffer(), bucket.gradients(), bucket.is_last())
    )
    return replica
