"""Many experiments that train together, each looked at when it is asked for. Never sees a page, a pace or a plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import chain
from typing import Any

import numpy as np

from ..engines import run
from ..engines.stacked.run import in_stacks, members_of
from ..engines.stacked.running import Running
from ..events import Event, Measured, RunEnded, RunStarted, StepEnded
from ..experiment import Experiment
from ..instruments import Cadence, Instrument, make
from ..instruments.decision_surface import DecisionSurface
from ..sweeps import Task
from ..sweeps.rows import AT_THE_ENDS, Watcher

STATES = ("training", "finished", "stopped", "diverged", "failed")
"""How a run is, by its number in a frame."""
POINTS = {"train": 240, "test": 120}
"""Rows of a tile that are drawn; more would hide its surface."""


class Glance(Cadence):
    """Due while it is `open`: whoever drives the steps says when somebody looks. All copies are one."""

    __slots__ = ("open",)

    def __init__(self) -> None:
        self.open = True

    def __deepcopy__(self, memo: object) -> Glance:
        return self

    def due(self, step: int, epoch_ended: bool = False) -> bool:
        return self.open

    def __str__(self) -> str:
        return "demand"


class Alone:
    """A run that shares no stack, driven as a stack is. It is looked at where `glance` is open as a step is taken."""

    def __init__(self, place: int, experiment: Experiment, instruments: Sequence[Instrument], glance: Glance) -> None:
        self._place, self._glance = place, glance
        self._events = run(experiment, instruments)
        self._first: list[Event] = []
        self._total, self._last = 0, ""
        self.step, self.over = 0, False

    def begun(self, run_ids: Sequence[str]) -> Iterator[tuple[int, Event]]:
        """What is said before the first step, which is taken by then and told later."""
        for event in self._events:
            if isinstance(event, RunStarted):
                self._total = int(event.facts["steps"])
            elif isinstance(event, Measured):
                self._last = event.instrument
            else:
                self._first = [event]
                return
            yield self._place, event

    def block(self, until: int) -> Iterator[tuple[int, Event]]:
        """Up to and with step `until` and what is measured after it; with the last step, how it ended."""
        first, self._first = self._first, []
        for event in chain(first, self._events):
            yield self._place, event
            if isinstance(event, StepEnded):
                self.step = event.step
            if until <= self.step < self._total and self._is_last_of_step(event):
                return
        self.over = True

    def _is_last_of_step(self, event: Event) -> bool:
        if self._glance.open:
            return isinstance(event, Measured) and event.instrument == self._last
        return isinstance(event, StepEnded)


class Tiles:
    """Runs by their number. `step` is the last that all which still train have taken; figures are the newest known."""

    def __init__(
        self,
        tasks: Sequence[Task],
        resolution: int,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.glance = Glance()
        self.watchers: dict[int, Watcher] = {}
        self.surfaces: dict[int, np.ndarray] = {}
        self.data: dict[int, dict[str, np.ndarray]] = {}
        self.facts: dict[int, dict[str, Any]] = {}
        self.step, self.looking_s = 0, 0.0
        self._clock = clock
        count = sum(len(task) for task in tasks)
        self.steps, self.state = np.zeros(count, np.int32), np.zeros(count, np.uint8)
        self.train, self.test = (np.full(count, np.nan, np.float32) for _ in range(2))
        self._stacks: list[tuple[Task, Running | Alone]] = []
        instruments = make({"metrics": AT_THE_ENDS, "loss": self.glance})  # the record wants its last metrics alone
        instruments.append(DecisionSurface(self.glance, resolution=resolution))
        for task in tasks:
            self.watchers |= {number: Watcher(number, task.rung) for number in task.runs}
            if task.group.way == "serial":
                self._stacks += [
                    (task, Alone(i, each, deepcopy(instruments), self.glance))
                    for i, each in enumerate(task.experiments)
                ]
                continue
            members = members_of(task.experiments, task.group, instruments, clock)
            self._stacks += [(task, each) for each in in_stacks(members, task.group, now)]

    @property
    def over(self) -> bool:
        """Whether no run has a next step."""
        return not self._stacks

    def begin(self) -> None:
        """What each run is before its first step."""
        for task, stack in self._stacks:
            self._hear(task, stack.begun([""] * len(task)))

    def advance(self, steps: int, look: bool) -> None:
        """So many steps of all; at the last one, where it is `look`, everything is measured."""
        to = self.step + steps
        for self.glance.open, until in ((False, to - look), (True, to)):
            begun = self._clock()
            for task, stack in self._stacks:
                while stack.step < until and not stack.over:
                    self._hear(task, stack.block(until))
            self.looking_s = self._clock() - begun
        self.step = to
        self._stacks = [(task, stack) for task, stack in self._stacks if not stack.over]

    def ended(self) -> list[int]:
        """Runs that are over."""
        return np.flatnonzero(self.state).tolist()

    def _hear(self, task: Task, events: Iterator[tuple[int, Event]]) -> None:
        for place, event in events:
            number = task.runs[place]
            self.watchers[number].hear(event)
            self._note(number, event)

    def _note(self, number: int, event: Event) -> None:
        if isinstance(event, StepEnded):
            self.steps[number] = event.step
        elif isinstance(event, RunEnded):
            self.state[number] = STATES.index(event.status) if event.status in STATES else STATES.index("stopped")
        elif isinstance(event, Measured):
            self._measured(number, event)
        elif isinstance(event, RunStarted):
            self.facts[number] = dict(event.facts)

    def _measured(self, number: int, event: Measured) -> None:
        if event.instrument == "loss":
            self.train[number] = event.values["train"]
            self.test[number] = event.values.get("test", np.nan)
        elif event.instrument == "decision_surface":
            self.surfaces[number] = event.arrays["values"]
            if not event.step:
                self.data.setdefault(number, {}).update(
                    {name: event.arrays[name] for name in ("grid_x", "grid_y") if name in event.arrays}
                )
        elif event.instrument == "data":
            few = {name: array[: POINTS[name.partition("_")[0]]] for name, array in event.arrays.items()}
            self.data.setdefault(number, {}).update(few)
