"""Which rows of each global batch are this process's. Knows no loss and sends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from ...loop import Batches


@dataclass(slots=True)
class Share:
    """Rows `first` to `last` (exclusive) of a global batch of `rows` are this process's.

    Mutable: it is moved on to the next batch. The first `rows % ranks` processes have one row more than the others,
    which may have none of a short last batch; the first has always one.
    """

    rank: int
    ranks: int
    rows: int = 0
    first: int = 0
    last: int = 0

    def of(self, rows: int) -> slice:
        """Its part of a batch of so many rows."""
        each, more = divmod(rows, self.ranks)
        first = self.rank * each + min(self.rank, more)
        return slice(first, first + each + (self.rank < more))

    def take(self, rows: int) -> None:
        """From now on, a batch of so many rows is meant."""
        part = self.of(rows)
        self.rows, self.first, self.last = rows, part.start, part.stop

    @property
    def weight(self) -> float:
        """What the mean over its own rows counts for in the mean over all."""
        return (self.last - self.first) / self.rows


class Shares(Batches):
    """The batches of a single process in their order, cut to one process's rows.

    Each process draws the same order from the same seed, so the global batches are the single process's own; that is
    what `DistributedSampler` does for epochs by `set_epoch`, except that it deals rows out one by one.
    """

    __slots__ = ("share",)

    def __init__(self, whole: Batches, share: Share) -> None:
        super().__init__(whole.inputs, whole.targets, whole.size, whole.generator, whole.reseed)
        self.share = share

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for inputs, targets in super().__iter__():
            part = self.share.of(len(targets))
            yield inputs[part], targets[part]

    def next_rows(self, samples_seen: int) -> int:
        """Rows of the global batch that follows `samples_seen`."""
        rows = len(self.inputs)
        return min(self.size, rows - samples_seen % rows)
