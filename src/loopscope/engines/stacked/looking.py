"""Instruments over the runs of a stack: who is due, and what it reads of each run. Takes no step.

Those that `readings` knows are read of all models at once; the others look at one model after another, through the
job's own module, which shares the stack's memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ...events import Event, Measured
from ...instruments import Instrument, OnDemand
from .member import Member, value_of
from .readings import Read, read_together, readings
from .stack import Stack


class Looking:
    """The instruments of a stack's members, which all have the same ones with the same cadences."""

    def __init__(self, members: Sequence[Member], stack: Stack) -> None:
        self.members, self.stack = list(members), stack
        self.per_epoch = members[0].job.per_epoch
        self.all = members[0].instruments
        self.together = [each for each in self.all if read_together(each, stack)]
        self.order = {each.name: place for place, each in enumerate(self.all)}
        for member in members:
            member.panel.instruments = [each for each in member.instruments if not read_together(each, stack)]
        self.apart = members[0].panel.instruments
        self._bind()

    def due(self, step: int) -> bool:
        """Whether any is due at this step."""
        return bool(self._due(self.all, step))

    def prepare(self) -> set[int]:
        """Let those who compare before and after look right before the optimizer's step.

        Gives the positions of those who have nothing finite to show, and were left out.
        """
        stack = self.stack
        if not self._due(self.apart, stack.step):
            return set()
        self._bind_rest()
        lost = stack.suspects()
        for position, member in enumerate(self.members):
            if position not in lost:
                member.panel.prepare(member.state(stack, position), value_of(stack.rates.now, position))
        return lost

    def measured(self, lost: Collection[int] = ()) -> dict[int, list[Event]]:
        """What those who are due read of each run after the stack's last step, but the lost ones; by position."""
        step = self.stack.step
        if step and self._due(self.apart, step):
            self._bind_rest()
        positions = [position for position in range(len(self.members)) if position not in lost]
        return self._read(positions, self._due(self.together, step), last=False)

    def last(self, positions: Sequence[int]) -> dict[int, list[Event]]:
        """What nobody has read yet of the runs that end here."""
        if not positions:
            return {}
        measured = self.members[positions[0]].panel.measured_at
        late = [e for e in self.together if measured.get(e.name) != self.stack.step and e.cadence != OnDemand()]
        if self.apart:
            self._bind_rest()
        return self._read(positions, late, last=True)

    def _read(self, positions: Sequence[int], together: Sequence[Instrument], last: bool) -> dict[int, list[Event]]:
        step = self.stack.step
        reads = readings(together, self.stack) if together else []
        apart = bool(self.apart) if last else bool(self._due(self.apart, step))
        found: dict[int, list[Event]] = {}
        for position in positions:
            panel = self.members[position].panel
            events = list((panel.measure_last if last else panel.measure)(step)) if apart else []
            for instrument, own in zip(together, reads, strict=True):
                panel.measured_at[instrument.name] = step
                events.append(_event(step, instrument, own[position]))
            found[position] = sorted(events, key=self._place) if together else events
        return found

    def _place(self, event: Event) -> int:
        assert isinstance(event, Measured), "instruments say nothing else"
        return self.order[event.instrument]

    def _due(self, instruments: Iterable[Instrument], step: int) -> list[Instrument]:
        ends = step % self.per_epoch == 0
        return [instrument for instrument in instruments if instrument.cadence.due(step, ends)]

    def _bind(self) -> None:
        if self.apart:
            for position, member in enumerate(self.members):
                member.bind(self.stack, position)

    def _bind_rest(self) -> None:
        for position, member in enumerate(self.members):
            member.bind_rest(self.stack, position)


def _event(step: int, instrument: Instrument, read: Read) -> Measured:
    return Measured(step, instrument.name, read.values, read.arrays)
