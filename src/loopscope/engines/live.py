"""One experiment that can be stopped between phases, changed in flight, taken back, looked into. Knows no transport.

An engine like the serial one, which is its oracle: never touched, it gives bit for bit the serial engine's losses.
Because a run is decided by its experiment and the changes made on the way, every step of it can be had again.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

from ..datasets import Dataset
from ..errors import Problem, UserMistake, mistake
from ..events import Changed, Measured, PhaseEnded, RunEnded, StepEnded
from ..experiment import Edit, Experiment, Start, validate, with_settings
from ..instruments import Instrument, look
from ..loop import Diverged, LoopState
from . import refitting, snapshots
from .early_stopping import EarlyStopping
from .inspecting import Inspected, inspect, parameter_at, set_weight
from .panel import moment_of
from .preparing import prepare
from .refitting import Course
from .serial import facts_of
from .snapshots import Snapshot, Snapshots
from .telling import phase_ended
from .view import View, view_of

FOREVER = 2**62
"""Passes that a live loop is asked for: it goes on until nobody asks for more."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one command changed after `step` steps: settings, or one weight (`edited`)."""

    step: int
    fields: tuple[Changed, ...]
    edited: Edit | None = None
    replaced: float | None = None  # what an earlier edit had set the weight to


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
        self.snapshots = Snapshots() if kept is None else kept
        self.changes: list[Change] = []
        self.head = 0
        self.taken = 0
        self.last: StepEnded | None = None
        self.diverged: RunEnded | None = None
        self.view: View | None = None
        self.moment = moment_of(self.job)
        self.look_over(None)
        self._clock, self._begun = clock, clock()
        self._due: defaultdict[int, list[Change]] = defaultdict(list)
        self._course = Course(0, self.job.total)
        self._stopping = EarlyStopping(self.job)
        self._state = LoopState()
        self._loop: Iterator[LoopState] | None = None
        self._phases = 0
        self._lr = 0.0
        self._weights: list[Tensor] = list(self.job.model.parameters())
        self._buffers: list[Tensor] = list(self.job.model.buffers())
        self._before: list[Tensor] = []
        self._kept_buffers: list[Tensor] = []
        self._place = (0, 0)
        self._keep()

    @classmethod
    def resumed(
        cls,
        base: Experiment,
        changes: Sequence[Change],
        head: int,
        snapshot: Snapshot | None = None,
        dataset: Dataset | None = None,
    ) -> Live:
        """A run of which this is known, at step 0; `seek` goes to any step up to `head`."""
        live = cls(base, dataset)
        live.changes = [change for change in changes if change.step <= head]
        for change in live.changes:
            live._due[change.step].append(change)
        live.head = head
        live._apply_due(0)
        live._keep()
        if snapshot is not None and snapshot.step <= head:
            live.snapshots.keep(snapshot)
        return live

    # where it stands

    @property
    def experiment(self) -> Experiment:
        return self.job.experiment

    @property
    def phase(self) -> str:
        """The phase that was ended last of the step in progress; "" between two steps."""
        return self._state.phase if self._phases else ""

    @property
    def epoch(self) -> int:
        """Passes that are complete."""
        return self._state.samples_seen // len(self.job.batches.inputs)

    @property
    def rows_into_pass(self) -> int:
        return self._state.samples_seen % len(self.job.batches.inputs)

    @property
    def finished(self) -> str:
        """Why there is no next step, as a sentence; "" where there is one."""
        end = self._course.end(self.experiment)
        if end is not None and self.taken >= end:
            return f"the schedule {self.experiment.training.schedule.name} ends with step {end}"
        if self._stopping.patience is not None and self._stopping.waited >= self._stopping.patience:
            return self._stopping.reason
        return ""

    @property
    def can_go_on(self) -> bool:
        return not self.finished and not (self.diverged and self.taken == self.head)

    # time

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
        if not self._phases:
            if not self.can_go_on:
                return None
            self._keep()
        try:
            self._advance()
        except Diverged as diverged:
            self._freeze(diverged)
            return None
        ended = phase_ended(self.job, self._state)
        if self._state.phase == "schedule":
            if self.taken < self.head:
                self._forget_what_follows()
            self._complete()
        return ended

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
        if self._phases or not kept.step <= self.taken < step:
            self._restore(kept)
        while self.taken < step:
            taken = self._take(ready if self.taken == step - 1 else ())
            assert taken is not None, "a step that was taken once can be taken again"
            yield

    # changes

    def change(self, settings: Mapping[str, Any]) -> Change | None:
        """New values by path, from the next step on; None where nothing differs.

        Raises `UserMistake` for settings that are not allowed, or that cannot change in flight (see `needs_restart`).
        """
        new = changed(self.experiment, settings)
        differing = refitting.differences(self.experiment, new)
        fixed = [path for path in differing if path not in refitting.in_flight(self.experiment)]
        if fixed:
            now = value_at(new, fixed[0])
            raise mistake(fixed[0], now, "nothing new while it runs; it starts over", "Send it with restart.")
        if not differing:
            return None
        fields = tuple(Changed(self.taken, path, old, now) for path, (old, now) in differing.items())
        return self._changed(Change(self.taken, fields))

    def edit(self, tensor: str, index: Sequence[int], value: float) -> Change:
        """Set one weight now, and in `start.edits` of the experiment. Raises `UserMistake` for what it has not."""
        parameter, place = parameter_at(self.job.model, tensor, index)
        edit = Edit(tensor=tensor, index=place, value=value)
        told = Changed(self.taken, f"{tensor}[{', '.join(map(str, place))}]", parameter[place].item(), float(value))
        earlier = [e.value for e in self.experiment.start.edits if (e.tensor, e.index) == (tensor, place)]
        return self._changed(Change(self.taken, (told,), edit, earlier[0] if earlier else None))

    def look_over(self, columns: Sequence[int] | None) -> None:
        """Choose the raw inputs that surfaces are drawn over. Raises `UserMistake` for columns there are not."""
        self.view = view_of(self.job.dataset, columns)
        self.moment.encode = self.view.encode if self.view else None
        self.moment.raw_bounds = self.view.bounds if self.view else None

    # looking

    def measure(self, instruments: Sequence[Instrument]) -> list[Measured]:
        """What these instruments read now, whatever their cadence."""
        self._note()
        names = [instrument.name for instrument in instruments]
        return [
            Measured(self.taken, name, reading.values, reading.arrays)
            for name, reading in look(instruments, self.moment, demanded=names)
        ]

    def inspect(self, tensor: str, index: Sequence[int]) -> Inspected:
        """All about one weight. Raises `UserMistake` for a tensor or position that the model has not."""
        parameter, _ = parameter_at(self.job.model, tensor, index)
        return inspect(self.job, tensor, index, self._weight_before(parameter), self.taken)

    @property
    def parameters(self) -> dict[str, list[int]]:
        return {name: list(parameter.shape) for name, parameter in self.job.model.named_parameters()}

    def snapshot(self) -> Snapshot:
        """The state between two steps, as `resumed` takes it."""
        assert not self._phases, "there is no whole state inside a step"
        return self._snapshot()

    # inside

    def _take(self, ready: Sequence[Instrument] = ()) -> StepEnded | None:
        if not self._phases:
            self._begin()
        assert self._loop is not None
        try:
            for state in self._loop:
                self._phases += 1
                if state.phase == "clip":
                    self._before_the_step(ready)
                elif state.phase == "schedule":
                    break
        except Diverged as diverged:
            self._freeze(diverged)
            return None
        self._complete()
        return self.last

    def _advance(self) -> str:
        if not self._phases:
            self._begin()
        assert self._loop is not None
        state = next(self._loop)
        self._phases += 1
        if state.phase == "clip":
            self._before_the_step(())
        return state.phase

    def _before_the_step(self, ready: Sequence[Instrument]) -> None:
        self._lr = float(self.job.optimizer.param_groups[0]["lr"])
        if ready:
            self._note()
        for instrument in ready:
            if instrument.applies(self.moment):
                instrument.ready(self.moment)

    def _begin(self) -> None:
        state, job = self._state, self.job
        if self._loop is None:
            state.epoch = self.epoch
            loop = job.loop(state, FOREVER)
            self._loop = job.randomness.lent_to(loop) if job.draws else loop
        self._place = (state.step, state.samples_seen)
        self._remember()

    @torch.no_grad()
    def _remember(self) -> None:
        """Weights and buffers as they are before a step, for its update and for a step that cannot be taken."""
        weights, buffers = self._weights, self._buffers
        if not self._before:
            self._before = [weight.detach().clone() for weight in weights]
            self._kept_buffers = [buffer.clone() for buffer in buffers]
            return
        torch._foreach_copy_(self._before, weights)  # pyright: ignore[reportPrivateImportUsage]
        for kept, buffer in zip(self._kept_buffers, buffers, strict=True):
            kept.copy_(buffer)

    def _complete(self) -> None:
        state = self._state
        if self.job.averaged is not None:
            self.job.averaged.update_parameters(self.job.model)
        self._phases = 0
        step = self.taken = state.step
        self.last = StepEnded(step, state.epoch, state.samples_seen, state.loss_value, state.penalty_value, self._lr)
        if step > self.head:
            self.head = step
        if self._stopping.patience is not None and not self.rows_into_pass:
            self._stopping.says_stop()
        if step in self._due:
            self._apply_due(step)
        if self.snapshots.due(step):
            self._keep()

    def _freeze(self, diverged: Diverged) -> None:
        """Undo what the step that could not be taken has left, so that the last finite one stands."""
        ending = RunEnded(diverged.step - 1, "diverged", str(diverged), facts=facts_of(diverged))
        self.diverged = ending
        if self.experiment.faults.inject or self.experiment.training.optimizer == "lbfgs":
            self._phases = 1  # these have moved more than can be taken back by hand
            for _ in self.seeking(self.taken):
                pass
            return
        self._back_to_the_step()

    @torch.no_grad()
    def _back_to_the_step(self) -> None:
        state, job = self._state, self.job
        for weight, kept in zip(self._weights, self._before, strict=True):
            weight.copy_(kept)
        for buffer, kept in zip(self._buffers, self._kept_buffers, strict=True):
            buffer.copy_(kept)
        job.model.zero_grad()
        state.step, state.samples_seen = self._place
        drew = job.batches.size < len(job.batches.inputs) or self.rows_into_pass
        snapshots.go_on_from(job, job.batches.began if drew else None, state.samples_seen)
        self._loop, self._phases = None, 0

    def _restore(self, kept: Snapshot) -> None:
        snapshots.put_back(self.job, self._stopping, kept)
        self._course = kept.course
        state = self._state
        state.step = self.taken = kept.step
        state.epoch, state.samples_seen = kept.epoch, kept.samples_seen
        state.phase, state.loss_value, state.penalty_value = "batch", 0.0, 0.0
        state.inputs = state.targets = state.outputs = state.loss = None
        self._loop, self._phases, self.last = None, 0, None
        self._before = []
        self._fill_moment()

    def _keep(self) -> None:
        self.snapshots.keep(self._snapshot())

    def _snapshot(self) -> Snapshot:
        state = self._state
        return snapshots.take(self.job, self._course, self._stopping, self.taken, state.epoch, state.samples_seen)

    def _changed(self, change: Change) -> Change:
        """Make a change between two steps, and come back to the phase at which it was asked for."""
        phases = self._phases
        if phases:
            kept = self.snapshots.at_or_before(self.taken)
            assert kept.step == self.taken, "whoever stops inside a step has kept what was before it"
            self._restore(kept)
        try:
            self._apply(change)  # may refuse; then nothing has been forgotten yet
            self._forget_what_follows()
            self.changes.append(change)
            self._due[self.taken].append(change)
            self._keep()
        finally:
            self._repeat(phases)
        return change

    def _repeat(self, phases: int) -> None:
        try:
            for _ in range(phases):
                self._advance()
        except Diverged as diverged:
            self._freeze(diverged)

    def _apply(self, change: Change) -> None:
        job = self.job
        if change.edited is not None:
            edit = change.edited
            job.experiment = with_edit(job.experiment, edit)
            set_weight(job, edit.tensor, edit.index, edit.value)
        else:
            new = refitting.asked_for(job.experiment, {field.field: field.new for field in change.fields})
            self._course = refitting.refit(job, new, self._course, self.taken)
            self._stopping.patience = new.training.early_stopping
            place = snapshots.order_of(job, self._state.samples_seen)
            snapshots.go_on_from(job, place, self._state.samples_seen)
            self._loop = None
        self._fill_moment()

    def _apply_due(self, step: int) -> None:
        for change in self._due.get(step, ()):
            self._apply(change)

    def _forget_what_follows(self) -> None:
        self.head = self.taken
        self.diverged = None
        self.changes = [change for change in self.changes if change.step <= self.taken]
        for step in [step for step in self._due if step > self.taken]:
            del self._due[step]
        self.snapshots.forget_after(self.taken)

    def _fill_moment(self) -> None:
        job, moment = self.job, self.moment
        moment.optimizer, moment.criterion, moment.penalty_of = job.optimizer, job.plain_criterion, job.penalty

    def _note(self) -> None:
        moment, state = self.moment, self._state
        moment.step, moment.epoch, moment.samples_seen = self.taken, state.epoch, state.samples_seen
        moment.inputs, moment.targets, moment.outputs = state.inputs, state.targets, state.outputs
        moment.loss, moment.penalty, moment.lr = state.loss_value, state.penalty_value, self._lr
        moment.seconds = self._clock() - self._begun

    def _weight_before(self, weight: Tensor) -> Tensor | None:
        pairs = zip(self._weights, self._before, strict=False)  # none are remembered before the first step
        return next((before for other, before in pairs if other is weight), None)


def changed(experiment: Experiment, settings: Mapping[str, Any]) -> Experiment:
    """The experiment with plain values by path, as a page sends them. Raises `UserMistake`."""
    try:
        return with_settings(experiment, [f"{path}={_typed(value)}" for path, value in _flat(settings)])
    except UserMistake as mistakes:
        raise UserMistake(*(_for_a_page(problem) for problem in mistakes.problems)) from mistakes


def _flat(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for path, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat({f"{path}.{name}": inner for name, inner in cast(Mapping[str, Any], value).items()})
        else:
            yield path, value


def _typed(value: Any) -> str:
    """A plain value as one would type it after `--set path=`."""
    match value:
        case None:
            return "none"
        case bool() | int() | float():
            return json.dumps(value)
        case str():
            return value
        case [dict(), *_]:
            return json.dumps(value)
        case list() | tuple():
            return f"[{','.join(_typed(item) for item in cast(list[Any], value))}]"
        case _:
            return str(value)


def _for_a_page(problem: Problem) -> Problem:
    """Whoever moves a control types no command."""
    return Problem(problem.field, problem.value, problem.allowed, problem.try_next.replace("--set ", ""))


def with_edit(experiment: Experiment, edit: Edit) -> Experiment:
    """The experiment with a weight set at step 0; a second edit of the same one replaces the first."""
    others = [other for other in experiment.start.edits if (other.tensor, other.index) != (edit.tensor, edit.index)]
    return validate({**experiment.plain(), "start": Start(edits=(*others, edit)).model_dump(mode="json")})


def value_at(experiment: Experiment, path: str) -> Any:
    return refitting.value_at(experiment.plain(), path)
