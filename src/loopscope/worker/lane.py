"""One experiment of a session: its loop, its record, and what its page has not seen yet. Never sees a pipe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..datasets import Dataset
from ..engines import predictions
from ..engines.live import Change, Live
from ..engines.refitting import in_flight
from ..engines.snapshots import Snapshot
from ..events import Event, Measured, RunEnded, StepEnded
from ..experiment import to_link
from ..instruments import Instrument, LogSpaced, instruments, make
from ..store import Store
from .recording import Recording
from .recovery import Standby
from .wire import event_map, plain_changes, shown_instruments, step_map

STEADY: tuple[str, ...] = ("loss", "metrics")
"""Measured all along, shown or not: curves with gaps would be no curves."""

STEADY_EVERY_S = 0.1
SHARE = 0.1
"""Of the time, at most, that steady measurements may take, and predictions."""

RECORDED: tuple[str, ...] = (
    "gradient_norm",
    "update_ratio",
    "activations",
    "weights",
    "decision_surface",
    "learning_rate",
)
"""Recorded ever more rarely beside the steps, loss and metrics."""

MOST_PENDING = 4000
"""Steps kept for a page that does not draw; beyond, every second one goes (the record has them all)."""


class Lane:
    """Drives a `Live`, records its run, and gathers the events of the next frame."""

    def __init__(
        self,
        live: Live,
        store: Store,
        *,
        came_from: tuple[str, int] | None = None,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.live, self._store, self._now, self._clock = live, store, now, clock
        self.record = Recording(store, live, now, came_from)
        self.standby = Standby()
        self.pending: list[dict[str, Any]] = []
        self._steady = make(STEADY)
        self._recorded = make(RECORDED)
        self._log = LogSpaced(8)
        self._next_steady = self._next_predictions = 0.0
        self._predicting = False
        self._shown: list[Instrument] = []
        self._readied: Sequence[Instrument] = ()
        self._told_end = False

    @property
    def dataset(self) -> Dataset:
        return self.live.job.dataset

    # time

    def step(self, drawn_after: bool) -> bool:
        """Take a step; `drawn_after` where a frame follows at once. False where there is none to take."""
        live = self.live
        if not live.can_go_on:
            return False
        if live.taken < live.head:
            self.branch(live.taken)
        step = live.taken + 1
        rare = step < 2 or self._log.due(step)
        ready = [*(self._shown if drawn_after else ()), *(self._recorded if rare else ())]
        event = live.step(ready)
        if event is None:
            self._end()
            return False
        self.record.append(event)
        self._tell_step(event)
        if rare:
            self._measure_rarely()
        if self._clock() >= self._next_steady:
            self.measure_steadily()
        if live.finished:
            self._end()
        return True

    def next_phase(self) -> bool:
        """One phase further, told with its tensors; False where there is none."""
        live = self.live
        before, going_back = live.taken, live.taken < live.head
        ended = live.next_phase()
        if ended is None:
            self._end()
            return False
        self.tell(ended)
        if live.taken > before:
            if going_back:
                self.branch(before)
            assert live.last is not None
            self.record.append(live.last)
            self.tell(live.last)
            self._end()
        return True

    def seeking(self, step: int) -> Iterator[None]:
        """Go to a step, or to the last one there is where the lane is shorter.

        Steps that another worker had taken and not recorded any more are all taken again before, recorded and told.
        """
        live, before = self.live, self.live.experiment
        behind = self.record.last_step < live.head
        if behind:
            yield from self._catching_up()
        if not behind or step < live.head:
            yield from live.seeking(min(step, live.head), self._shown)
        if not behind:
            self.pending.clear()
        if live.last is not None and self.pending[-1:] != [step_map(live.last)]:
            self.tell(live.last)
        self.changed = self.changed or live.experiment is not before
        self._end()

    def _catching_up(self) -> Iterator[None]:
        """Steps to the head, or to the last one there is, of which the record takes those that it lacks."""
        live = self.live
        for _ in live.seeking(live.head, self._shown):
            assert live.last is not None
            if live.last.step > self.record.last_step:
                self.record.append(live.last)
                self._tell_step(live.last)
            yield

    def branch(self, step: int) -> None:
        """Begin a new run in the record, which goes on from `step`; the old one stays."""
        old = self.record
        old.end(RunEnded(old.last_step, "stopped", f"gone on from step {step:,} in another run"))
        self.record = Recording(self._store, self.live, self._now, old.place_of(step))
        self.standby = Standby()
        self._told_end = False
        self.changed = True

    def come_back(self) -> None:
        """Go on where it stood when others took its place, in a new run, as the old one has had its last word."""
        self.pending.clear()
        self.branch(self.live.taken)
        if self.live.last is not None:
            self.tell(self.live.last)
        self._end()

    changed = True
    """whether a `lane` message is due"""

    # changes

    def change(self, settings: dict[str, Any]) -> bool:
        """Change settings in flight; False where nothing differs. Raises `UserMistake`."""
        earlier = self.live.taken < self.live.head
        return self._note(self.live.change(settings), earlier)

    def edit(self, tensor: str, index: Sequence[int], value: float) -> None:
        """Set a weight. Raises `UserMistake`."""
        earlier = self.live.taken < self.live.head
        self._note(self.live.edit(tensor, index, value), earlier)

    def _note(self, change: Change | None, earlier: bool) -> bool:
        """Record a change; a run that was gone back in, or has had its last word, is not written on."""
        if change is None:
            return False
        self.changed = True
        self.standby.changed(change.step)
        if self.record.ended or earlier:
            self.branch(change.step)
        elif self.record.begun:  # else it is told when the record begins
            for field in change.fields:
                self.record.append(field)
        for field in change.fields:
            self.tell(field)
        return True

    # looking

    def show(self, names: Sequence[str], resolution: int | None) -> None:
        """Choose what `frame` measures. Raises `UserMistake` for an unknown name."""
        self._shown = shown_instruments([name for name in names if name not in STEADY], resolution)
        self._predicting = predictions.NAME in names and not predictions.why_none(self.live.job)

    def look(self, steady: bool) -> None:
        """Add a reading of every shown instrument to what is pending; loss and metrics, too, where `steady`."""
        begun = self._clock()
        for measured in self.live.measure(self._shown):
            self.tell(measured)
        if self._predicting and (steady or begun >= self._next_predictions):
            self._predict()
        if steady:
            self.measure_steadily()

    def measure_steadily(self) -> None:
        begun = self._clock()
        for measured in self.live.measure(self._steady):
            self.tell(measured)
            if self.record.awaits(measured):
                self.record.append(Measured(measured.step, measured.instrument, measured.values))
        cost = self._clock() - begun
        self._next_steady = begun + max(STEADY_EVERY_S, cost / SHARE)

    def _predict(self) -> None:
        begun = self._clock()
        self.tell(predictions.predictions(self.live.job, self.live.taken))
        self._next_predictions = begun + max(STEADY_EVERY_S, (self._clock() - begun) / SHARE)

    def _measure_rarely(self) -> None:
        for measured in self.live.measure(self._recorded):
            self.record.append(measured)

    def tell(self, event: Event) -> None:
        """Let the page have an event with the next frame."""
        self.pending.append(step_map(event) if isinstance(event, StepEnded) else event_map(event))

    def _tell_step(self, event: StepEnded) -> None:
        self.pending.append(step_map(event))
        if len(self.pending) > MOST_PENDING:
            self._thin()

    def taken_events(self) -> list[dict[str, Any]]:
        events, self.pending = self.pending, []
        return events

    def message(self) -> dict[str, Any]:
        """What a page has to know of the lane."""
        live = self.live
        return {
            "experiment": live.experiment.plain(),
            "link": to_link(live.experiment),
            "run": self.record.run,
            "facts": dict(self.record.facts),
            "parameters": live.parameters,
            "in_flight": in_flight(live.experiment),
            "changes": plain_changes(live.changes, live.taken),
            "columns": list(live.view.columns) if live.view else [],
            "not_shown": self._not_shown(),
        }

    def states(self) -> list[Snapshot]:
        """From which another worker could go on."""
        return self.standby.states(self.live, self.record.committed_step)

    def close(self, reason: str) -> None:
        """The run's last word in the record."""
        self.record.end(RunEnded(self.record.last_step, "stopped", reason))

    # inside

    def _end(self) -> None:
        """Say so where the run has just ended by itself."""
        live = self.live
        if self._told_end or live.can_go_on:
            return
        self._told_end = True
        ended = live.diverged or RunEnded(live.taken, "finished", live.finished)
        self.record.end(ended)
        self.tell(ended)

    def _thin(self) -> None:
        steps = [event for event in self.pending if event["kind"] == "StepEnded"]
        gone = {id(event) for event in steps[1::2]}
        kept = [event for event in self.pending if id(event) not in gone]
        measured = [event for event in kept if event["kind"] == "Measured"]
        stale = {id(event) for event in measured[: -len(STEADY) * 200]}
        self.pending = [event for event in kept if id(event) not in stale]

    def _not_shown(self) -> dict[str, str]:
        """Why an instrument has nothing to say here, by its name."""
        reasons = {name: kind().why_not(self.live.moment) for name, kind in instruments().items()}
        reasons[predictions.NAME] = predictions.why_none(self.live.job)
        return {name: reason for name, reason in reasons.items() if reason}
