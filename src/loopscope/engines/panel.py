"""The instruments of one run, asked when they are due. Knows no cadence or measurement by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..events import Event, Measured
from ..instruments import Instrument, Moment, OnDemand, get_ready, look
from ..loop import LoopState
from .job import Job


class Panel:
    """Fills one `Moment` and lets the instruments look at it; what one of them reads becomes a `Measured`."""

    def __init__(self, job: Job, instruments: Sequence[Instrument], clock: Callable[[], float]) -> None:
        self.per_epoch = job.per_epoch
        self.instruments = instruments
        self.due: list[Instrument] = []
        self.measured_at: dict[str, int] = {}
        self.clock = clock
        self.begun = clock()
        self.moment = moment_of(job)

    def prepare(self, state: LoopState, lr: float) -> None:
        """Right before the optimizer's step: find who is due, and let them look."""
        step, ends = state.step, state.step % self.per_epoch == 0
        self.due = [instrument for instrument in self.instruments if instrument.cadence.due(step, ends)]
        if self.due:
            self._note(state, lr)
            get_ready(self.due, self.moment, epoch_ended=ends)

    def measure(self, step: int) -> Iterator[Event]:
        """Right after the step, or before the first one (step 0)."""
        due = self.due if step else self.instruments
        if due:
            yield from self._read(due, step, epoch_ended=step % self.per_epoch == 0)

    def measure_last(self, step: int) -> Iterator[Event]:
        """Whatever has not looked at the last step, so that a record ends with the state it ended in."""
        late = [i for i in self.instruments if self.measured_at.get(i.name) != step and i.cadence != OnDemand()]
        self.moment.step = step
        yield from self._read(late, step, demanded=[instrument.name for instrument in late])

    def _read(self, instruments: Sequence[Instrument], step: int, **when: Any) -> Iterator[Event]:
        self.moment.seconds = self.clock() - self.begun
        for name, reading in look(instruments, self.moment, **when):
            self.measured_at[name] = step
            yield Measured(step, name, reading.values, reading.arrays)

    def _note(self, state: LoopState, lr: float) -> None:
        moment = self.moment
        moment.step, moment.epoch, moment.samples_seen = state.step, state.epoch, state.samples_seen
        moment.inputs, moment.targets, moment.outputs = state.inputs, state.targets, state.outputs
        moment.loss, moment.penalty, moment.lr = state.loss_value, state.penalty_value, lr


MARGIN = 0.06
"""Share of each input's range that is drawn beyond the outermost points, so that none stands on the edge."""


def drawn_bounds(bounds: np.ndarray) -> tuple[tuple[float, float], ...]:
    """Bounds (columns, 2) of the raw inputs, widened by `MARGIN` on either side."""
    low, high = bounds[:, 0], bounds[:, 1]
    margin = MARGIN * (high - low)
    return tuple(zip((low - margin).tolist(), (high + margin).tolist(), strict=True))


def moment_of(job: Job) -> Moment:
    """What an instrument may know of a job before its first step."""
    data = job.dataset
    return Moment(
        model=job.model,
        step=0,
        optimizer=job.optimizer,
        criterion=job.plain_criterion,
        task=data.task,
        train=(data.train.inputs, data.train.targets),
        test=(data.test.inputs, data.test.targets) if len(data.test) else None,
        encode=data.encode,
        raw_bounds=drawn_bounds(data.bounds) if len(data.raw_names) <= 2 else None,
        raw_train=data.train.raw,
        class_count=len(data.class_names) or None,
        penalty_of=job.penalty,
        averaged=job.averaged,
        target_scale=float(data.scaling.target_scale),
    )
