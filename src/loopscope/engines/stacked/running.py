"""Drive a stack and tell what happens, each run for itself, as the serial engine would. Computes nothing.

Nothing is looked at from step to step: a block of steps is taken, then its losses are read at once. What has to be
looked at ends a block: instruments that are due, test losses for early stopping. A model that left the finite numbers
in a block is taken back to where the block began and handed to the plain loop, which finds step, tensor and layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat

from ...events import Event, RunEnded
from ..serial import all_taken, go_on
from .member import Member, value_of
from .stack import Kept, Stack
from .told import steps_of_models

MOST_STEPS = 64
"""Of a block."""
BLOCK = 2**24
"""Numbers that a block works through, roughly: some 50 ms of it, so that whoever listens need not wait for long."""


class Running:
    """The runs of one stack, from their first step on. `block` takes some steps; `over` says when none is left."""

    def __init__(self, members: Sequence[Member], numbers: int, now: Callable[[], float]) -> None:
        """`numbers` is how many one model works through in a step."""
        self.members = list(members)
        self.numbers = numbers
        self.now = now
        jobs = [member.job for member in members]
        self.stack = Stack(jobs)
        self.total, self.per_epoch = jobs[0].total, jobs[0].per_epoch
        self.watched = bool(members[0].panel.instruments)
        self.stops = any(member.stopping.patience is not None for member in members)
        self._bind()

    @property
    def over(self) -> bool:
        return not self.members

    def block(self) -> Iterator[tuple[int, Event]]:
        """Some steps of all models, and what they have to tell: all of one run, then all of the next."""
        stack = self.stack
        kept = stack.keep()
        stack.forget()
        last = self._last(kept.step)
        while stack.step < last - 1:
            stack.advance()
        stack.find_gradients()
        due = self._due(last)
        lost = self._prepare() if due else set[int]()
        stack.move()
        lost |= stack.suspects()
        if due:
            self._bind_rest()
        yield from self._told(kept, lost, due)
        leaving = lost | self._stopped(lost) if self._ends_epoch(last) else lost
        for position in sorted(leaving - lost):
            yield from self._end(position, "stopped", self.members[position].stopping.reason)
        if last == self.total:
            for position in sorted(set(range(len(self.members))) - leaving):
                yield from self._end(position, "finished", all_taken(self.total))
            self.members = []
        elif leaving:
            self._leave(leaving)

    # when to look

    def _last(self, begun: int) -> int:
        """The block's last step."""
        affordable = BLOCK // (len(self.members) * self.numbers)
        most = min(self.total, begun + max(1, min(MOST_STEPS, affordable)))
        if not (self.watched or self.stops):
            return most
        return next((s for s in range(begun + 1, most) if self._due(s) or self._ends_epoch(s)), most)

    def _due(self, step: int) -> bool:
        ends = step % self.per_epoch == 0
        return any(instrument.cadence.due(step, ends) for instrument in self.members[0].panel.instruments)

    def _ends_epoch(self, step: int) -> bool:
        return self.stops and step % self.per_epoch == 0

    # what to tell

    def _told(self, kept: Kept, lost: set[int], due: bool) -> Iterator[tuple[int, Event]]:
        steps = range(kept.step + 1, self.stack.step + 1)
        told = steps_of_models(self.stack, *self.members[0].progress(steps), steps)
        for position, (member, events) in enumerate(zip(self.members, told, strict=True)):
            if position in lost:
                state = member.alone(self.stack, kept, position)
                alone = go_on(member.job, member.panel, state, member.stopping, self.now)
                yield from zip(repeat(member.index), alone)
                continue
            yield from zip(repeat(member.index), events)
            if due:
                for event in member.panel.measure(self.stack.step):
                    yield member.index, event

    def _end(self, position: int, status: str, reason: str) -> Iterator[tuple[int, Event]]:
        member, step = self.members[position], self.stack.step
        for event in member.panel.measure_last(step):
            yield member.index, event
        yield member.index, RunEnded(step, status, reason, self.now())  # type: ignore[arg-type]

    def _stopped(self, lost: set[int]) -> set[int]:
        """Who is to stop now, at the end of an epoch."""
        losses = self.stack.test_losses()
        return {
            position
            for position, member in enumerate(self.members)
            if position not in lost and member.stopping.patience is not None and member.stopping.hears(losses[position])
        }

    # what instruments see

    def _prepare(self) -> set[int]:
        """Let instruments look right before the optimizer's step; who has nothing finite to show is left out."""
        self._bind_rest()
        lost = self.stack.suspects()
        for position, member in enumerate(self.members):
            if position not in lost:
                state = member.state(self.stack, position)
                member.panel.prepare(state, value_of(self.stack.rates.now, position))
        return lost

    def _bind(self) -> None:
        if self.watched:
            for position, member in enumerate(self.members):
                member.bind(self.stack, position)

    def _bind_rest(self) -> None:
        for position, member in enumerate(self.members):
            member.bind_rest(self.stack, position)

    def _leave(self, leaving: set[int]) -> None:
        staying = [position for position in range(len(self.members)) if position not in leaving]
        self.members = [self.members[position] for position in staying]
        if staying:
            self.stack = self.stack.selected(staying)
            self._bind()
