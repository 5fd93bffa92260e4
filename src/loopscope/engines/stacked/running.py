"""Drive a stack and tell what happens, each run for itself, as the serial engine would. Computes nothing.

Nothing is looked at from step to step: a block of steps is taken, then its losses are read at once. What has to be
looked at ends a block: instruments that are due, test losses for early stopping. A model that left the finite numbers
in a block is taken back to where the block began and handed to the plain loop, which finds step, tensor and layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Literal

from ...events import Event, RunEnded
from ...instruments.forward import PIECE
from ..serial import all_taken, go_on
from ..telling import data_to_draw, started
from .looking import Looking
from .member import Member
from .memory import Footprint
from .stack import Kept, Stack
from .told import steps_of_models

MOST_STEPS = 64
"""Of a block."""
BLOCK = 2**24
"""Numbers that a block works through, roughly: some 50 ms of it, so that whoever listens need not wait for long."""

LOOKED_OVER = 2**23
"""Numbers that a pass over a whole set goes through at once, roughly."""


class Running:
    """The runs of one stack. `begun` tells how they start, `block` takes some steps; `over` says when none is left."""

    def __init__(self, members: Sequence[Member], footprint: Footprint, now: Callable[[], float]) -> None:
        """`footprint` is that of one model."""
        self.members = list(members)
        self.now = now
        jobs = [member.job for member in members]
        batches = jobs[0].batches
        self.numbers = footprint.numbers(min(batches.size, len(batches.inputs)))
        self.stack = Stack(jobs, max(1, min(PIECE, LOOKED_OVER // (max(1, footprint.units) * len(jobs)))))
        self.total, self.per_epoch = jobs[0].total, jobs[0].per_epoch
        self.looking = Looking(members, self.stack)
        self.stops = any(member.stopping.patience is not None for member in members)

    @property
    def over(self) -> bool:
        return not self.members

    def begun(self, run_ids: Sequence[str]) -> Iterator[tuple[int, Event]]:
        """What each run says before its first step."""
        measured = self.looking.measured()
        for position, member in enumerate(self.members):
            yield member.index, started(member.job, run_ids[member.index], self.now(), member.instruments)
            yield member.index, data_to_draw(member.job)
            yield from zip(repeat(member.index), measured[position])

    @property
    def step(self) -> int:
        """Steps that all of them have taken."""
        return self.stack.step

    def block(self, until: int | None = None) -> Iterator[tuple[int, Event]]:
        """Some steps of all models, none beyond step `until`; what they have to tell: all of one run, then the next."""
        stack = self.stack
        kept = stack.keep()
        stack.forget()
        last = self._last(kept.step, until)
        while stack.step < last - 1:
            stack.advance()
        stack.find_gradients()
        lost = self.looking.prepare()
        stack.move()
        lost |= stack.suspects()
        yield from self._told(kept, lost)
        stopped = self._stopped(lost) if self._ends_epoch(last) else set[int]()
        yield from self._end(stopped, "stopped")
        leaving = lost | stopped
        if last == self.total:
            yield from self._end(set(range(len(self.members))) - leaving, "finished")
            self.members = []
        elif leaving:
            self._leave(leaving)

    # when to look

    def _last(self, begun: int, until: int | None) -> int:
        """The block's last step."""
        affordable = BLOCK // (len(self.members) * self.numbers)
        most = min(self.total if until is None else until, self.total, begun + max(1, min(MOST_STEPS, affordable)))
        if not (self.looking.all or self.stops):
            return most
        return next((s for s in range(begun + 1, most) if self.looking.due(s) or self._ends_epoch(s)), most)

    def _ends_epoch(self, step: int) -> bool:
        return self.stops and step % self.per_epoch == 0

    # what to tell

    def _told(self, kept: Kept, lost: set[int]) -> Iterator[tuple[int, Event]]:
        steps = range(kept.step + 1, self.stack.step + 1)
        told = steps_of_models(self.stack, *self.members[0].progress(steps), steps)
        measured = self.looking.measured(lost) if self.looking.due(self.stack.step) else {}
        for position, (member, events) in enumerate(zip(self.members, told, strict=True)):
            if position in lost:
                state = member.alone(self.stack, kept, position)
                alone = go_on(member.job, member.panel, state, member.stopping, self.now)
                yield from zip(repeat(member.index), alone)
                continue
            yield from zip(repeat(member.index), events)
            yield from zip(repeat(member.index), measured.get(position, ()))

    def _end(self, positions: set[int], status: Literal["stopped", "finished"]) -> Iterator[tuple[int, Event]]:
        step = self.stack.step
        measured = self.looking.last(sorted(positions))
        for position in sorted(positions):
            member = self.members[position]
            yield from zip(repeat(member.index), measured[position])
            reason = member.stopping.reason if status == "stopped" else all_taken(self.total)
            yield member.index, RunEnded(step, status, reason, self.now())

    def _stopped(self, lost: set[int]) -> set[int]:
        """Who is to stop now, at the end of an epoch."""
        losses = self.stack.test_losses()
        return {
            position
            for position, member in enumerate(self.members)
            if position not in lost and member.stopping.patience is not None and member.stopping.hears(losses[position])
        }

    def _leave(self, leaving: set[int]) -> None:
        staying = [position for position in range(len(self.members)) if position not in leaving]
        self.members = [self.members[position] for position in staying]
        if staying:
            self.stack = self.stack.selected(staying)
            self.looking = Looking(self.members, self.stack)
