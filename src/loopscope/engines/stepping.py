"""One job taken step by step and phase by phase, and what it needs to undo a step. Knows no past, change or page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from ..events import StepEnded
from ..loop import LoopState
from . import snapshots
from .early_stopping import EarlyStopping
from .job import Job
from .refitting import Course
from .snapshots import Snapshot

FOREVER = 2**62
"""Passes that a live loop is asked for: it goes on until nobody asks for more."""


class Stepper:
    """The present of a run: `taken` steps are behind it, `phases` of the next one are (0 between two steps).

    A step is over once `complete` was called after its last phase.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.taken = 0
        self.phases = 0
        self.last: StepEnded | None = None
        self.lr = 0.0
        self.state = LoopState()
        self.course = Course(0, job.total)
        self.stopping = EarlyStopping(job)
        self._loop: Iterator[LoopState] | None = None
        self._weights: list[Tensor] = list(job.model.parameters())
        self._buffers: list[Tensor] = list(job.model.buffers())
        self._before: list[Tensor] = []
        self._kept_buffers: list[Tensor] = []
        self._place = (0, 0)

    # where it stands

    @property
    def epoch(self) -> int:
        """Passes that are complete."""
        return self.state.samples_seen // len(self.job.batches.inputs)

    @property
    def rows_into_pass(self) -> int:
        return self.state.samples_seen % len(self.job.batches.inputs)

    @property
    def finished(self) -> str:
        """Why there is no next step, as a sentence; "" where there is one."""
        training = self.job.experiment.training
        end = self.course.end(self.job.experiment)
        if end is not None and self.taken >= end:
            return f"the schedule {training.schedule.name} ends with step {end}"
        if self.stopping.patience is not None and self.stopping.waited >= self.stopping.patience:
            return self.stopping.reason
        return ""

    def weight_before(self, weight: nn.Parameter) -> Tensor | None:
        """A parameter as it was before the last step; None where none was taken since the beginning or a `put_back`."""
        pairs = zip(self._weights, self._before, strict=False)  # none are remembered before the first step
        return next((before for other, before in pairs if other is weight), None)

    # steps

    def take(self, before_the_update: Callable[[], None] | None = None) -> None:
        """The phases that are left of a step. Raises `Diverged` where it cannot be taken: then `undo`."""
        loop = self._begun()
        for state in loop:
            self.phases += 1
            if state.phase == "clip":
                self._note_rate()
                if before_the_update is not None:
                    before_the_update()
            elif state.phase == "schedule":
                break

    def advance(self) -> str:
        """One phase further; its name. Raises `Diverged` as `take` does."""
        state = next(self._begun())
        self.phases += 1
        if state.phase == "clip":
            self._note_rate()
        return state.phase

    def complete(self) -> None:
        """Count the step whose last phase has ended."""
        state = self.state
        if self.job.averaged is not None:
            self.job.averaged.update_parameters(self.job.model)
        self.phases, self.taken = 0, state.step
        self.last = StepEnded(
            state.step, state.epoch, state.samples_seen, state.loss_value, state.penalty_value, self.lr
        )
        if self.stopping.patience is not None and not self.rows_into_pass:
            self.stopping.says_stop()

    @torch.no_grad()
    def undo(self) -> None:
        """Undo what a step that could not be taken has left, so that the last finite one stands."""
        state, job = self.state, self.job
        for weight, kept in zip(self._weights, self._before, strict=True):
            weight.copy_(kept)
        for buffer, kept in zip(self._buffers, self._kept_buffers, strict=True):
            buffer.copy_(kept)
        job.model.zero_grad()
        state.step, state.samples_seen = self._place
        drew = job.batches.size < len(job.batches.inputs) or self.rows_into_pass
        snapshots.go_on_from(job, job.batches.began if drew else None, state.samples_seen)
        self._loop, self.phases = None, 0

    # the whole state

    def snapshot(self) -> Snapshot:
        """The state between two steps."""
        state = self.state
        return snapshots.take(self.job, self.course, self.stopping, self.taken, state.epoch, state.samples_seen)

    def put_back(self, kept: Snapshot) -> None:
        """Stand where `kept` was taken; what its last step said and did is not known any more."""
        snapshots.put_back(self.job, self.stopping, kept)
        self.course = kept.course
        state = self.state
        state.step = self.taken = kept.step
        state.epoch, state.samples_seen = kept.epoch, kept.samples_seen
        state.phase, state.loss_value, state.penalty_value = "batch", 0.0, 0.0
        state.inputs = state.targets = state.outputs = state.loss = None
        self._loop, self.phases, self.last = None, 0, None
        self._before = []

    def begin_anew(self) -> None:
        """Have the next step be driven by the job's parts as they are now, which somebody has exchanged."""
        place = snapshots.order_of(self.job, self.state.samples_seen)
        snapshots.go_on_from(self.job, place, self.state.samples_seen)
        self._loop = None

    # inside

    def _begun(self) -> Iterator[LoopState]:
        """The loop, inside a step."""
        if self.phases:
            assert self._loop is not None
            return self._loop
        state, job = self.state, self.job
        if self._loop is None:
            state.epoch = self.epoch
            loop = job.loop(state, FOREVER)
            self._loop = job.randomness.lent_to(loop) if job.draws else loop
        self._place = (state.step, state.samples_seen)
        self._remember()
        return self._loop

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

    def _note_rate(self) -> None:
        self.lr = float(self.job.optimizer.param_groups[0]["lr"])
