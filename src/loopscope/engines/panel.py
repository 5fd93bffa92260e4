"""The instruments of one run, asked when they are due. Knows no cadence or measurement by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ..events import Event, Measured
from ..instruments import Instrument, Moment, sharing
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
        self.due = [i for i in self.instruments if i.cadence.due(step, ends)]
        if self.due:
            self._note(state, lr)
            for instrument in self.due:
                if instrument.applies(self.moment):
                    instrument.ready(self.moment)

    def measure(self, step: int) -> Iterator[Event]:
        """Right after the step, or before the first one (step 0)."""
        if step == 0:
            self.due = [i for i in self.instruments if i.cadence.due(0)]
        if self.due:
            yield from self._read(self.due, step)
            self.due = []

    def measure_last(self, step: int) -> Iterator[Event]:
        """Whatever has not looked at the last step, so that a record ends with the state it ended in."""
        late = [i for i in self.instruments if self.measured_at.get(i.name, -1) != step]
        self.moment.step = step
        yield from self._read(late, step)

    def _read(self, instruments: Sequence[Instrument], step: int) -> Iterator[Event]:
        moment = self.moment
        moment.seconds = self.clock() - self.begun
        with sharing(moment):
            for instrument in instruments:
                if not instrument.applies(moment):
                    continue
                reading = instrument.take(moment)
                if not reading.empty:
                    self.measured_at[instrument.name] = step
                    yield Measured(step, instrument.name, reading.values, reading.arrays)

    def _note(self, state: LoopState, lr: float) -> None:
        moment = self.moment
        moment.step, moment.epoch, moment.samples_seen = state.step, state.epoch, state.samples_seen
        moment.inputs, moment.targets, moment.outputs = state.inputs, state.targets, state.outputs
        moment.loss, moment.penalty, moment.lr = state.loss_value, state.penalty_value, lr


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
        raw_bounds=tuple((float(low), float(high)) for low, high in data.bounds) if len(data.raw_names) <= 2 else None,
        raw_train=data.train.raw,
        class_count=len(data.class_names) or None,
        penalty_of=job.penalty,
    )
