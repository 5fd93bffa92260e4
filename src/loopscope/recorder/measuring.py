"""Let instruments look at a step that is not ours. Knows when they are due, never what they measure."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from torch import nn
from torch.optim import Optimizer

from ..events import Measured
from ..instruments import DEFAULT_WATCH, Arguments, EveryEpoch, Instrument, Moment, get_ready, look
from .rows import RowCounter

PLAN = 512
"""Steps planned ahead."""


class Measuring:
    """The instruments of a watch. One that fails is left out from then on, with a line on stderr."""

    def __init__(self, instruments: list[Instrument], rows: RowCounter) -> None:
        self._rows = rows
        self.moment: Moment | None = None
        """The step that `before` has begun to look at, until `after`."""
        self._begun = time.perf_counter()
        self._use(instruments)
        # inputs are held from forward to step, and only for instruments that may run the model on them
        rows.keeping = any(instrument.name not in DEFAULT_WATCH for instrument in instruments)

    def due(self, step: int, epoch_began: bool = False) -> bool:
        """Whether any instrument wants to look at that step; `epoch_began` where it is the first of its pass."""
        if step >= self._planned_to:
            self._plan(step)
        return step in self._planned or (epoch_began and self.by_epoch)

    def next_due(self, step: int) -> int:
        """The first due step after `step` as far as it is planned, else where to ask again."""
        return min((each for each in self._planned if each > step), default=max(self._planned_to, step + 1))

    def _plan(self, step: int) -> None:
        """Work out the due steps of the next block at once: asking every cadence at every step would cost more."""
        self._planned_to = step + PLAN
        dues = [instrument.cadence.due for instrument in self._instruments]
        self._planned = frozenset(each for each in range(step, self._planned_to) for due in dues if due(each))

    def before(self, model: nn.Module, optimizer: Optimizer, step: int, epoch_began: bool) -> None:
        """Right before the optimizer's step number `step`."""
        self.moment = moment = Moment(model, step, optimizer=optimizer, inputs=self._inputs())
        for instrument in list(self._instruments):
            try:
                get_ready([instrument], moment, epoch_ended=epoch_began)
            except Exception as error:
                self._leave_out(instrument, error)

    def after(
        self, epoch: int, epoch_began: bool, samples_seen: int, loss: float, lr: float, send: Callable[[Measured], None]
    ) -> None:
        """Right after it."""
        moment, self.moment = self.moment, None
        if moment is None:
            return
        moment.epoch, moment.samples_seen, moment.loss, moment.lr = epoch, samples_seen, loss, lr
        moment.seconds = time.perf_counter() - self._begun
        for name, reading in look(self._instruments, moment, epoch_ended=epoch_began, on_error=self._leave_out):
            send(Measured(moment.step, name, reading.values, reading.arrays))
        self._rows.forget()

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
