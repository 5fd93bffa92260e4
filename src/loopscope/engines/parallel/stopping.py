"""Early stopping that several processes agree on: the first one looks at the test rows, the others hear of it."""

from __future__ import annotations

from ..early_stopping import EarlyStopping, held_out_loss
from .job import SharedJob


class SharedStopping(EarlyStopping):
    """All take the first process's test loss, for a last bit in which machines differ would part them for good."""

    def __init__(self, job: SharedJob) -> None:
        super().__init__(job)
        self._group = job.group

    def says_stop(self) -> bool:
        if self.patience is None:
            return False
        return self.hears(self._group.told(held_out_loss(self.job) if self._group.world.speaks else None))
