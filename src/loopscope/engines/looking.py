"""What instruments see of a live run, over which columns, and what they read there. Moves nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..events import Measured
from ..instruments import Instrument, look
from .panel import moment_of
from .stepping import Stepper
from .view import View, view_of


class Looking:
    """One `Moment`, kept up to date with the run, and the `View` that surfaces are drawn over (None for text)."""

    def __init__(self, stepper: Stepper, clock: Callable[[], float] = time.perf_counter) -> None:
        self._stepper, self._clock, self._begun = stepper, clock, clock()
        self.moment = moment_of(stepper.job)
        self.view: View | None = None
        self.look_over(None)

    def look_over(self, columns: Sequence[int] | None) -> None:
        """Choose the raw inputs that surfaces are drawn over. Raises `UserMistake` for columns there are not."""
        self.view = view_of(self._stepper.job.dataset, columns)
        self.moment.encode = self.view.encode if self.view else None
        self.moment.raw_bounds = self.view.bounds if self.view else None

    def measure(self, instruments: Sequence[Instrument]) -> list[Measured]:
        """What these instruments read now, whatever their cadence."""
        self._note()
        names = [instrument.name for instrument in instruments]
        return [
            Measured(self._stepper.taken, name, reading.values, reading.arrays)
            for name, reading in look(instruments, self.moment, demanded=names)
        ]

    def get_ready(self, instruments: Sequence[Instrument]) -> None:
        """Right before the optimizer's step: for those that compare before and after."""
        self._note()
        for instrument in instruments:
            if instrument.applies(self.moment):
                instrument.ready(self.moment)

    def see_new_parts(self) -> None:
        """After the job's parts were exchanged."""
        job, moment = self._stepper.job, self.moment
        moment.optimizer, moment.criterion, moment.penalty_of = job.optimizer, job.plain_criterion, job.penalty

    def _note(self) -> None:
        moment, stepper = self.moment, self._stepper
        state = stepper.state
        moment.step, moment.epoch, moment.samples_seen = stepper.taken, state.epoch, state.samples_seen
        moment.inputs, moment.targets, moment.outputs = state.inputs, state.targets, state.outputs
        moment.loss, moment.penalty, moment.lr = state.loss_value, state.penalty_value, stepper.lr
        moment.seconds = self._clock() - self._begun
