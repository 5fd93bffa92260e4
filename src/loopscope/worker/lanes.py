"""The experiments of a session, side by side on one timeline: begun, replaced, found by number. Sends nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch

from ..datasets import Dataset
from ..engines.live import Live
from ..errors import UserMistake, mistake
from ..experiment import Experiment
from ..store import Store
from . import limits, recovery
from .lane import Lane
from .wire import shown_instruments

MOST_BYTES = 64 * 2**20
"""Of snapshots, for lanes that one may want back."""


class Lanes:
    """Up to four lanes that take turns, and what is looked at in all of them: `names` of instruments, `columns`."""

    def __init__(
        self, store: Store, clock: Callable[[], float] = time.perf_counter, now: Callable[[], float] = time.time
    ) -> None:
        self._store, self._clock, self._now = store, clock, now
        self._lanes: list[Lane] = []
        self._before: list[Lane] = []
        self._threads = torch.get_num_threads()
        self.names: list[str] = []
        self.resolution: int | None = None
        self.columns: list[int] | None = None

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._lanes)

    def __len__(self) -> int:
        return len(self._lanes)

    def __getitem__(self, number: int) -> Lane:
        """Raises `UserMistake` where there are not so many."""
        if number >= len(self._lanes):
            raise mistake("lane", number, f"0 to {len(self._lanes) - 1}", "Take 0.")
        return self._lanes[number]

    @property
    def step(self) -> int:
        return max((lane.live.taken for lane in self._lanes), default=0)

    @property
    def head(self) -> int:
        return max((lane.live.head for lane in self._lanes), default=0)

    def check_can_go_on(self) -> None:
        """Raise `UserMistake` where no lane has a next step."""
        if not any(lane.live.can_go_on for lane in self._lanes):
            live = self._lanes[0].live
            reason = live.diverged.reason if live.diverged else live.finished
            problem = f"an earlier step to go on from, as the run is over: {reason}"
            raise mistake("step", self.step, problem, "Go back on the timeline, change a setting, or reset.")

    # experiments

    def begin(self, experiments: Sequence[Experiment]) -> None:
        """New lanes in place of the old ones. Raises `UserMistake`, and then the old ones stay."""
        lanes: list[Lane] = []
        for experiment in experiments:
            dataset = self._dataset(experiment)
            limits.check(experiment, dataset)
            lanes.append(Lane(Live(experiment, dataset), self._store, now=self._now, clock=self._clock))
        self._take_over(lanes)

    def bring_back(self, experiments: Sequence[Experiment]) -> bool:
        """The lanes that the present ones took the place of, as they stood; False where those are others, or gone."""
        before = self._before
        if [lane.live.experiment for lane in before] != list(experiments):
            return False
        self._take_over(before)
        for lane in before:
            lane.come_back()
        return True

    def recover(self, known: Sequence[Mapping[str, Any]], head: int, checkpoint: bytes | None) -> None:
        """The lanes of a worker that died, at step 0, as their last messages describe them.

        They know `head` steps, or as many as the record has, which are more where nobody was drawing them. Steps that
        the record lacks are taken again and recorded when a lane is sought for the first time.
        """
        kept = recovery.snapshots_in(checkpoint)
        places = {plain["run"]: _came_from(plain) for plain in known}
        recovery.remove_empty(self._store, [*places, *(place[0] for place in places.values() if place)])
        lanes: list[Lane] = []
        for plain in known:
            base, changes = recovery.history(plain["experiment"], plain["changes"])
            place = recovery.end_of_record(self._store, plain["run"], places[plain["run"]])
            states = recovery.fitting(kept, plain["run"], place)
            live = Live.resumed(base, changes, max(head, place[1] if place else 0), states, self._dataset(base))
            lane = Lane(live, self._store, came_from=place, now=self._now, clock=self._clock)
            lane.standby = recovery.Standby(max(states, key=lambda state: state.step, default=None))
            lanes.append(lane)
        self._take_over(lanes)

    def close(self, reason: str) -> None:
        """The last word of every run."""
        for lane in self._lanes:
            lane.close(reason)

    def _take_over(self, lanes: list[Lane]) -> None:
        self.close("started over")
        size = sum(lane.live.snapshots.nbytes for lane in self._lanes)
        self._lanes, self._before = lanes, self._lanes if size <= MOST_BYTES else []
        torch.set_num_threads(max((lane.live.job.threads.number for lane in lanes), default=1))
        for lane in lanes:
            lane.show(self.names, self.resolution)
            try:
                lane.live.look_over(self.columns)
            except UserMistake:  # other data has other columns
                self.columns = None

    def _dataset(self, experiment: Experiment) -> Dataset:
        """The data of a lane that has the same already, or newly loaded."""
        torch.set_num_threads(self._threads)  # so that the choice of threads sees what there are
        for lane in self._lanes:
            other = lane.live.experiment
            if other.data == experiment.data and other.seed.data == experiment.seed.data:
                return lane.dataset
        return limits.loaded(experiment, self._store.path.parent)

    # looking

    def show(self, names: Sequence[str], resolution: int | None) -> None:
        """Choose the instruments that are drawn. Raises `UserMistake` for an unknown name."""
        shown_instruments(names, None)  # an unknown name is refused before anything is taken over
        self.names = list(names)
        self.resolution = resolution or self.resolution
        for lane in self._lanes:
            lane.show(self.names, self.resolution)

    def look_over(self, columns: list[int]) -> None:
        """Choose the raw inputs that surfaces are drawn over. Raises `UserMistake` where a lane has them not."""
        before = [lane.live.view for lane in self._lanes]
        try:
            for lane in self._lanes:
                lane.live.look_over(columns)
        except UserMistake:
            for lane, view in zip(self._lanes, before, strict=True):
                lane.live.look_over(view.columns if view else None)
            raise
        self.columns = columns
        for lane in self._lanes:
            lane.changed = True


def _came_from(plain: Mapping[str, Any]) -> recovery.Place | None:
    """The run and step that a lane went on from, as its last message says."""
    run_and_step = plain["facts"].get("from")
    return tuple(run_and_step) if run_and_step else None
