"""One experiment that can be stopped between phases, changed in flight, taken back, looked into. Knows no transport.

An engine like the serial one, which is its oracle: never touched, it gives bit for bit the serial engine's losses.
It joins a present (stepping.py), a past (history.py, snapshots.py), changes (changing.py) and eyes (looking.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ..datasets import Dataset
from ..errors import mistake
from ..events import Measured, PhaseEnded, RunEnded, StepEnded
from ..experiment import Experiment
from ..instruments import Instrument, Moment
from ..loop import Diverged
from . import changing
from .asked import changed
from .history import Change, History
from .inspecting import Inspected, inspect, parameter_at
from .keeping import Snapshots
from .looking import Looking
from .preparing import prepare
from .serial import facts_of
from .snapshots import Snapshot
from .stepping import Stepper
from .telling import phase_ended
from .view import View

__all__ = ["Change", "Live", "changed"]


class Live:
    """A run in progress. `taken` steps are behind it, of `head` that are known; between two steps `phase` is "".

    `base` is the experiment as the run began, `experiment` as it stands at this step, changes and edits included.
    Raises `UserMistake` where the experiment cannot run.
    """

    def __init__(
        self,
        experiment: Experiment,
        dataset: Dataset | None = None,
        *,
        kept: Snapshots | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.base = experiment
        self.job = prepare(experiment, dataset)
        self.diverged: RunEnded | None = None
        self._stepper = Stepper(self.job)
        self._history = History(Snapshots() if kept is None else kept)
        self._looking = Looking(self._stepper, clock)
        self._keep()

    @classmethod
    def resumed(
        cls,
        base: Experiment,
        changes: Sequence[Change],
        head: int,
        known: Sequence[Snapshot] = (),
        dataset: Dataset | None = None,
    ) -> Live:
        """A run of which this is known, at step 0, and states of it; `seek` goes to any step up to `head`."""
        live = cls(base, dataset)
        live._history = History(live.snapshots, changes, head)
        live._make_due(0)
        live._keep()
        for snapshot in known:
            if snapshot.step <= head:
                live.snapshots.keep(snapshot)
        return live

    # where it stands

    @property
    def taken(self) -> int:
        return self._stepper.taken

    @property
    def last(self) -> StepEnded | None:
        """What the last step said; None before the first one."""
        return self._stepper.last

    @property
    def head(self) -> int:
        return self._history.head

    @property
    def changes(self) -> Sequence[Change]:
        return self._history.changes

    @property
    def snapshots(self) -> Snapshots:
        return self._history.snapshots

    @property
    def experiment(self) -> Experiment:
        return self.job.experiment

    @property
    def parameters(self) -> dict[str, list[int]]:
        """Shapes by name."""
        return {name: list(parameter.shape) for name, parameter in self.job.model.named_parameters()}

    @property
    def phase(self) -> str:
        """The phase that was ended last of the step in progress; "" between two steps."""
        return self._stepper.state.phase if self._stepper.phases else ""

    @property
    def epoch(self) -> int:
        """Passes that are complete."""
        return self._stepper.epoch

    @property
    def rows_into_pass(self) -> int:
        return self._stepper.rows_into_pass

    @property
    def finished(self) -> str:
        """Why there is no next step, as a sentence; "" where there is one."""
        return self._stepper.finished

    @property
    def can_go_on(self) -> bool:
        return not self.finished and not (self.diverged and self.taken == self.head)

    # on

    def step(self, ready: Sequence[Instrument] = ()) -> StepEnded | None:
        """Complete the step in progress, or take one; None where the run is finished or diverged.

        Going on from an earlier step than `head` forgets what came after it. Instruments in `ready` are let look
        right before the optimizer's step, as some must that compare before and after.
        """
        if not self.can_go_on:
            return None
        if self.taken < self.head:
            self._forget_what_follows()
        return self._take(ready)

    def next_phase(self) -> PhaseEnded | None:
        """One phase further, told with every tensor as it stands now; None as in `step`.

        What is known beyond this step stays known until the step is complete. `last` is set anew when it is.
        """
        stepper = self._stepper
        if not stepper.phases:
            if not self.can_go_on:
                return None
            self._keep()
        try:
            phase = stepper.advance()
        except Diverged as diverged:
            self._freeze(diverged)
            return None
        ended = phase_ended(self.job, stepper.state)
        if phase == "schedule":
            if self.taken < self.head:
                self._forget_what_follows()
            self._complete()
        return ended

    # back

    def seek(self, step: int, ready: Sequence[Instrument] = ()) -> None:
        """Go to any step from 0 to `head`, bit for bit as it was. Raises `UserMistake` for any other."""
        for _ in self.seeking(step, ready):
            pass

    def seeking(self, step: int, ready: Sequence[Instrument] = ()) -> Iterator[None]:
        """The same, stopping after each step that is taken again, so that one can do something else or give up."""
        if not 0 <= step <= self.head:
            raise mistake("step", step, f"0 to {self.head:,}, the steps there are", f"Take {self.head}.")
        # one step earlier, so that the last one is taken again and leaves its gradients and its update
        kept = self.snapshots.at_or_before(max(0, step - 1))
        if self._stepper.phases or not kept.step <= self.taken < step:
            self._put_back(kept)
        while self.taken < step:
            if self.finished or self._take(ready if self.taken == step - 1 else ()) is None:
                self._history.head = self.taken  # whoever `resumed` it was told of more steps than it had
                return
            yield

    def snapshot(self) -> Snapshot:
        """The state between two steps, as `resumed` takes it."""
        assert not self._stepper.phases, "there is no whole state inside a step"
        return self._stepper.snapshot()

    # changes

    def change(self, settings: Mapping[str, Any]) -> Change | None:
        """New values by path, from the next step on; None where nothing differs.

        Raises `UserMistake` for settings that are not allowed, or that cannot change in flight.
        """
        change = changing.change_of_settings(self._stepper, settings)
        return None if change is None else self._changed(change)

    def edit(self, tensor: str, index: Sequence[int], value: float) -> Change:
        """Set one weight now, and in `start.edits` of the experiment. Raises `UserMistake` for what it has not."""
        return self._changed(changing.change_of_weight(self._stepper, tensor, index, value))

    # looking

    @property
    def moment(self) -> Moment:
        return self._looking.moment

    @property
    def view(self) -> View | None:
        return self._looking.view

    def look_over(self, columns: Sequence[int] | None) -> None:
        """Choose the raw inputs that surfaces are drawn over. Raises `UserMistake` for columns there are not."""
        self._looking.look_over(columns)

    def measure(self, instruments: Sequence[Instrument]) -> list[Measured]:
        """What these instruments read now, whatever their cadence."""
        return self._looking.measure(instruments)

    def inspect(self, tensor: str, index: Sequence[int]) -> Inspected:
        """All about one weight. Raises `UserMistake` for a tensor or position that the model has not."""
        parameter, _ = parameter_at(self.job.model, tensor, index)
        return inspect(self.job, tensor, index, self._stepper.weight_before(parameter), self.taken)

    # inside

    def _take(self, ready: Sequence[Instrument] = ()) -> StepEnded | None:
        try:
            self._stepper.take(partial(self._looking.get_ready, ready) if ready else None)
        except Diverged as diverged:
            self._freeze(diverged)
            return None
        self._complete()
        return self._stepper.last

    def _complete(self) -> None:
        self._stepper.complete()
        history, step = self._history, self._stepper.taken
        if step > history.head:
            history.head = step
        self._make_due(step)
        if history.snapshots.due(step):
            self._keep()

    def _freeze(self, diverged: Diverged) -> None:
        self.diverged = RunEnded(diverged.step - 1, "diverged", str(diverged), facts=facts_of(diverged))
        if self.experiment.faults.inject or self.experiment.training.optimizer == "lbfgs":
            self._stepper.phases = 1  # these have moved more than can be taken back by hand
            self.seek(self.taken)
        else:
            self._stepper.undo()

    def _keep(self) -> None:
        self.snapshots.keep(self._stepper.snapshot())

    def _put_back(self, kept: Snapshot) -> None:
        self._stepper.put_back(kept)
        self._looking.see_new_parts()

    def _forget_what_follows(self) -> None:
        self.diverged = None
        self._history.forget_after(self.taken)

    def _changed(self, change: Change) -> Change:
        """Make a change between two steps, and come back to the phase at which it was asked for."""
        phases = self._stepper.phases
        if phases:
            kept = self.snapshots.at_or_before(self.taken)
            assert kept.step == self.taken, "whoever stops inside a step has kept what was before it"
            self._put_back(kept)
        try:
            self._make(change)  # may refuse; then nothing has been forgotten yet
            self._forget_what_follows()
            self._history.add(change)
            self._keep()
        finally:
            self._repeat(phases)
        return change

    def _repeat(self, phases: int) -> None:
        try:
            for _ in range(phases):
                self._stepper.advance()
        except Diverged as diverged:
            self._freeze(diverged)

    def _make_due(self, step: int) -> None:
        for change in self._history.due(step):
            self._make(change)

    def _make(self, change: Change) -> None:
        changing.make(self._stepper, change)
        self._looking.see_new_parts()
