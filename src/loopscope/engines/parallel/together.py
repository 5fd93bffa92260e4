"""The processes of a run as one group: joined, left, and what they agree on. Knows no model and no batch."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from ...errors import LoopscopeError
from .beside import Beside, beside
from .lost import ENDED, WorkerLost, sentence
from .orphans import end_with_parent
from .world import World

PATIENCE_S = 120.0
"""How long a process waits for another before it gives the run up; PyTorch's own is half an hour."""


_KEPT: list[Any] = []
"""Groups that were left. What ends one waits, with the interpreter's lock in hand, for threads of Gloo's that may be
waiting for that lock to let go of a tensor: at the end of the process they have long had it."""


class Group:
    """All processes of a run, each with the same weights. Its methods are collective: all call them, or all wait.

    `waited_s` adds up what this one spent waiting, `told_to_end` says that a signal asked it to.
    """

    def __init__(self, world: World, device: torch.device) -> None:
        self.world, self.device = world, device
        self.beside: Beside | None = None
        self.waited_s = 0.0
        self.told_to_end = False

    @property
    def backend(self) -> str:
        """What carries the messages: gloo or nccl."""
        return dist.get_backend()

    def summed(self, values: Tensor) -> Tensor:
        """The sum over all processes, in place; the same bits on each."""
        if self.beside is None:
            dist.all_reduce(values)
        else:
            self.beside.sum(values)
        return values

    def gathered(self, values: list[float]) -> Tensor:
        """(ranks, values) float64: those of every process."""
        table = torch.zeros(self.world.ranks, len(values), dtype=torch.float64, device=self.device)
        table[self.world.rank] = torch.tensor(values, dtype=torch.float64)
        return self.summed(table).cpu()

    def told(self, value: Any = None) -> Any:
        """What the first process says, to all."""
        box = [value]
        dist.broadcast_object_list(box, src=0, device=self.device)
        return box[0]

    def farthest_from_first(self, tensors: list[Tensor]) -> float:
        """The largest difference of any entry on any process from the first process's: zero, or something is wrong."""
        mine = torch.cat([tensor.detach().reshape(-1).double() for tensor in tensors])  # (entries,), in one message
        first = self.summed(mine.clone() if self.world.speaks else torch.zeros_like(mine))
        farthest = float((mine - first).abs().max()) if len(mine) else 0.0
        return float(self.gathered([farthest]).max())

    def all_ready(self, mistaken: Exception | None) -> None:
        """Once all have called this: raise `LoopscopeError` where another one is mistaken; the first one tells it."""
        words: list[str | None] = [None] * self.world.ranks
        dist.all_gather_object(words, None if mistaken is None else str(mistaken))
        wrong = [f"worker {rank}: {text}" for rank, text in enumerate(words) if text]
        if wrong and mistaken is None:
            raise LoopscopeError(wrong[0])

    def refuse_to_go_on_alone(self) -> None:
        """Raise `WorkerLost` where this process was told to end."""
        if self.told_to_end:
            raise WorkerLost(sentence(ENDED))


@contextmanager
def joined(world: World, cuda: bool, patience_s: float = PATIENCE_S) -> Iterator[Group]:
    """This process as one of the group that torchrun has started: NCCL between graphics cards, Gloo between CPUs."""
    device = torch.device("cuda", world.local_rank) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if cuda else "gloo", timeout=timedelta(seconds=patience_s))
    group = Group(world, device)
    try:
        if not cuda:
            group.beside = beside(world, group.told, patience_s)
        with _ending_between_steps(group):
            end_with_parent()  # the launcher, without which nobody would miss a worker, nor tell of it
            yield group
    finally:
        _KEPT.append(dist.group.WORLD)
        dist.destroy_process_group()


@contextmanager
def _ending_between_steps(group: Group) -> Iterator[None]:
    """torchrun ends the others by SIGTERM when one is gone: the first must still write how it ended, and only notes it.

    Ctrl-C reaches all of them, and the first alone says so; the others end when they miss it.
    """

    def note(_signal: int, _frame: object) -> None:
        group.told_to_end = True

    def interrupt(_signal: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # torchrun passes on the one that was heard here already
        raise KeyboardInterrupt

    first = {signal.SIGTERM: note, signal.SIGINT: interrupt}
    wanted = first if group.world.speaks else {signal.SIGINT: signal.SIG_IGN}
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    yield
    for number, handler in before.items():  # not after an error: it is still to be told, and the signal may yet come
        signal.signal(number, handler)
