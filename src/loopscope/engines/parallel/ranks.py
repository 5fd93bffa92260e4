"""What each process of a run did in the last steps, and whether they still agree. All must measure at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from ...instruments import Instrument, LogSpaced, Moment, Reading
from ..snapshots import tensors_of
from .gradients import Exchange
from .together import Group


class Ranks(Instrument):
    """Of every process: its waiting, its gradient before and after the exchange; and how far their weights differ.

    Its keys end in the process's number. A process waits from where its own part is done until the others' has come:
    at the loss, and at the end of backward.
    """

    name = "ranks"
    describes: ClassVar[dict[str, str]] = {
        "wait_s": "time a step that a worker waited for others, mean since the last reading [s]",
        "gradient_before": "norm of the gradient of a worker's own rows, in the mean of all [gradient]",
        "gradient_after": "norm of the gradient that it steps with, before clipping [gradient]",
        "divergence": "largest difference of any weight on any worker from the first one's; must be 0 [weight]",
    }
    example = "Ranks(group, exchange)"
    usual = LogSpaced()

    def __init__(self, group: Group, exchange: Exchange, *, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(clock=clock)
        self.group, self.exchange = group, exchange
        self._step = 0

    def measure(self, moment: Moment) -> Reading:
        """All processes' numbers, on each of them; those of a gradient only where the step was known to be due."""
        group, steps = self.group, moment.step - self._step
        values = {"divergence": group.farthest_from_first(list(tensors_of(moment.model)))}
        mine = {"wait_s": group.waited_s / steps} if steps > 0 else {}
        if self.exchange.norms is not None:
            mine |= dict(zip(("gradient_before", "gradient_after"), self.exchange.norms, strict=True))
        rows = group.gathered(list(mine.values())).tolist() if mine else []
        for rank, row in enumerate(rows):
            values |= {f"{name}.{rank}": value for name, value in zip(mine, row, strict=True)}
        self._step, group.waited_s = moment.step, 0.0
        return Reading(values)
