"""Let instruments look at a step that is not ours. Knows when they are due, never what they measure."""

from __future__ import annotations

import sys
import time
from bisect import bisect_right
from collections.abc import Callable

from torch import nn
from torch.optim import Optimizer

from ..events import Measured
from ..instruments import DEFAULT_WATCH, Arguments, EveryEpoch, Instrument, Moment, get_ready, look
from .rows import RowCounter

PLAN = 512
"""Steps planned ahead."""


SHARE = 0.01
"""Of the loop's time that unasked instruments may take by their own clock. What they cost is about three times that, as
the steps after a reading find the processor's caches full of it (measured on loops of 0.2 ms a step). A step of 5 ms
leaves room for every due reading."""
AHEAD_S = 0.001
"""What they may take before the loop has earned it: the first few readings."""


class Measuring:
    """The instruments of a watch. One that fails is left out from then on, with a line on stderr.

    Where nobody asked for them (`thrifty`), due readings are left out for as long as they would take more than `SHARE`.
    """

    def __init__(
        self,
        instruments: list[Instrument],
        rows: RowCounter,
        thrifty: bool = False,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._thrifty = thrifty
        self._clock = clock
        self._spent = 0.0
        self._rows = rows
        self.moment: Moment | None = None
        """The step that `before` has begun to look at, until `after`."""
        self.begin()
        self._use(instruments)
        # inputs are held from forward to step, and only for instruments that may run the model on them
        rows.keeping = any(instrument.name not in DEFAULT_WATCH for instrument in instruments)

    def begin(self) -> None:
        """The loop begins now."""
        self._begun = self._clock()

    def due(self, step: int, epoch_began: bool = False) -> bool:
        """Whether any instrument wants to look at that step; `epoch_began` where it is the first of its pass."""
        if step >= self._planned_to:
            self._plan(step)
        return (step in self._planned or (epoch_began and self.by_epoch)) and self._affordable()

    def _affordable(self) -> bool:
        return not self._thrifty or self._spent <= AHEAD_S + SHARE * (self._clock() - self._begun)

    def next_due(self, step: int) -> int:
        """The first due step after `step` as far as it is planned, else where to ask again."""
        place = bisect_right(self._in_order, step)
        return self._in_order[place] if place < len(self._in_order) else max(self._planned_to, step + 1)

    def _plan(self, step: int) -> None:
        """Work out the due steps of the next block at once: asking every cadence at every step would cost more."""
        self._planned_to = step + PLAN
        dues = [instrument.cadence.due for instrument in self._instruments]
        self._planned = frozenset(each for each in range(step, self._planned_to) for due in dues if due(each))
        self._in_order = sorted(self._planned)

    def before(self, model: nn.Module, optimizer: Optimizer, step: int, epoch_began: bool) -> None:
        """Right before the optimizer's step number `step`."""
        entered = self._clock()
        self.moment = moment = Moment(model, step, optimizer=optimizer, inputs=self._inputs())
        for instrument in self._fitting(optimizer):
            try:
                get_ready([instrument], moment, epoch_ended=epoch_began)
            except Exception as error:
                self._leave_out(instrument, error)
        self._spent += self._clock() - entered

    def after(
        self, epoch: int, epoch_began: bool, samples_seen: int, loss: float, lr: float, send: Callable[[Measured], None]
    ) -> None:
        """Right after it."""
        entered = self._clock()
        moment, self.moment = self.moment, None
        if moment is None:
            return
        moment.epoch, moment.samples_seen, moment.loss, moment.lr = epoch, samples_seen, loss, lr
        moment.seconds = entered - self._begun
        for name, reading in look(
            self._fitting(moment.optimizer), moment, epoch_ended=epoch_began, on_error=self._leave_out
        ):
            send(Measured(moment.step, name, reading.values, reading.arrays))
        self._rows.forget()
        self._spent += self._clock() - entered

    def _fitting(self, optimizer: Optimizer | None) -> list[Instrument]:
        """Those that have something to say: a lone learning rate, unasked, stands in every step already."""
        if self._thrifty and optimizer is not None and len(optimizer.param_groups) == 1:
            return [instrument for instrument in self._instruments if instrument.name != "learning_rate"]
        return list(self._instruments)

    def _inputs(self) -> object:
        args, kwargs = self._rows.args, self._rows.kwargs
        return args[0] if len(args) == 1 and not kwargs else Arguments(args, kwargs) if args or kwargs else None

    def _leave_out(self, instrument: Instrument, error: Exception) -> None:
        sys.stderr.write(f"loopscope: {instrument.name} is not measured any more: {type(error).__name__}: {error}\n")
        self._use([other for other in self._instruments if other is not instrument])

    def _use(self, instruments: list[Instrument]) -> None:
        self._instruments = instruments
        self.by_epoch = any(isinstance(instrument.cadence, EveryEpoch) for instrument in instruments)
        self._planned_to = 0
        self._planned: frozenset[int] = frozenset()
        self._in_order: list[int] = []
