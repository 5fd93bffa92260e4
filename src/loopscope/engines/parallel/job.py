"""The parts of a run as one process of several has them. Builds them from the single process's, and drives nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from ...loop import LoopState
from .. import choice
from ..job import Job
from .dropout import share_dropout
from .gradients import Exchange, Replica, replica_of
from .mean import GlobalMean
from .ranks import Ranks
from .shares import Share, Shares
from .together import Group


@dataclass(slots=True, kw_only=True)
class SharedJob(Job):
    """A job whose batches are this process's shares, and whose loss and gradients are those of the global batch."""

    group: Group
    share: Share
    exchange: Exchange
    ranks: Ranks

    def loop(self, state: LoopState | None = None, epochs: int | None = None) -> Iterator[LoopState]:
        """The same loop; `samples_seen` counts everybody's rows."""
        state = state or LoopState()
        seen = state.samples_seen
        for at in Job.loop(self, state, epochs):
            if at.phase == "batch":
                self.group.refuse_to_go_on_alone()
                seen = self._take_share(at, seen)
            elif at.phase == "backward":
                self.exchange.end(self.model)
            yield at

    def _take_share(self, state: LoopState, seen: int) -> int:
        assert isinstance(self.batches, Shares) and isinstance(self.wrapped, Replica)
        self.share.take(self.batches.next_rows(seen))
        seen += self.share.rows
        state.samples_seen = seen
        self.wrapped.require_backward_grad_sync = self._completes_step(seen)  # as its no_sync() does
        self.exchange.begin(self.ranks.cadence.due(state.step, state.step % self.per_epoch == 0))
        return seen

    def _completes_step(self, seen: int) -> bool:
        """Whether the batch that ends here is the last of those that make one step."""
        into = seen % len(self.batches.inputs)
        return into == 0 or into // self.batches.size % self.experiment.training.accumulate == 0


def shared(job: Job, group: Group) -> SharedJob:
    """The parts of a run of one process, as one process of a group has them. All of them must call it."""
    share, exchange = Share(group.world.rank, group.world.ranks), Exchange(group)
    share_dropout(job.model, share)
    job.batches = Shares(job.batches, share)
    job.criterion = GlobalMean(job.criterion, share, group)
    job.wrapped = replica_of(job.model, exchange)
    job.threads = _threads(job, group)
    parts = {field.name: getattr(job, field.name) for field in fields(job)}
    return SharedJob(**parts, group=group, share=share, exchange=exchange, ranks=Ranks(group, exchange))


def _threads(job: Job, group: Group) -> choice.Choice:
    if job.threads.number == 1:
        return job.threads
    return replace(job.threads, because=f"each of {group.world.local_ranks} workers on this machine has so many")
