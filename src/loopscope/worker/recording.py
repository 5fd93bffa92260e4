"""A lane's place in the record: a run from its first step to its last word. Never drives the loop."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..engines.live import Live
from ..engines.telling import data_to_draw, started
from ..events import Event, Measured, RunEnded, StepEnded
from ..store import RunWriter, Store, new_run_id


class Recording:
    """One run, begun in the file with its first event, so that settings tried in passing leave nothing behind."""

    def __init__(
        self, store: Store, live: Live, now: Callable[[], float], came_from: tuple[str, int] | None = None
    ) -> None:
        self._store, self._live, self._now = store, live, now
        self.run = new_run_id(live.experiment.title, now(), os.urandom(3))
        self.came_from = came_from
        self.facts: dict[str, Any] = dict(self._started().facts)
        self._writer: RunWriter | None = None
        self.ended = False
        self._measured_at: dict[str, int] = {}
        self.last_step = came_from[1] if came_from else 0

    @property
    def begun(self) -> bool:
        """Whether the file knows of it."""
        return self._writer is not None

    @property
    def committed_step(self) -> int:
        """The last step that is in the file, by now, in this run or in those it came from."""
        begun_at = self.came_from[1] if self.came_from else 0
        return begun_at if self._writer is None else max(begun_at, self._writer.committed_step)

    def place_of(self, step: int) -> tuple[str, int] | None:
        """Where a step stands in the record: in this run, or in the one it came from where this one has not begun."""
        if self.begun:
            return self.run, step
        return (self.came_from[0], step) if self.came_from else None

    def awaits(self, measured: Measured) -> bool:
        """Whether a reading is news to a run that has begun: of its last step, and the first one there."""
        news = measured.step == self.last_step and self._measured_at.get(measured.instrument) != measured.step
        return self.begun and not self.ended and news

    def append(self, event: Event) -> None:
        """Record an event; the first one begins the run, and is in the file at once."""
        begun = self._writer is not None
        writer = self._writer or self._begin()
        writer.append(event)
        if not begun:
            writer.flush()  # or a process killed before the first commit would leave a run without a step
        if isinstance(event, StepEnded):
            self.last_step = event.step
        elif isinstance(event, Measured):
            self._measured_at[event.instrument] = event.step

    def end(self, ended: RunEnded) -> None:
        """The last word. A run that never began stays out of the record."""
        if self.ended:
            return
        self.ended = True
        if self._writer is not None:
            self._writer.append(replace(ended, ended=self._now()))
            self._writer.close()

    def _begin(self) -> RunWriter:
        data = data_to_draw(self._live.job)  # before the run is in the file, where it shall not stand alone for long
        self._writer = writer = self._store.writer(self._started())
        writer.append(data)
        for change in self._live.changes:
            for field in change.fields:
                writer.append(field)
        return writer

    def _started(self) -> Any:
        event = started(self._live.job, self.run, self._now())
        more = {"live": True} | ({"from": list(self.came_from)} if self.came_from else {})
        return replace(event, experiment=self._live.base.plain(), facts={**event.facts, **more})
