"""One experiment, one process, one loop: the plain engine. Never sees a file, a terminal or a browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from ..events import Event, RunEnded, StepEnded
from ..experiment import Experiment
from ..instruments import Instrument
from ..loop import Diverged, LoopState
from .early_stopping import EarlyStopping
from .job import Job
from .panel import Panel
from .preparing import prepare
from .telling import data_to_draw, phase_ended, started

Rest: TypeAlias = Callable[[LoopState], None] | None


def run(
    experiment: Experiment,
    instruments: Sequence[Instrument] = (),
    *,
    run_id: str = "",
    phases: bool = False,
    job: Job | None = None,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[Event]:
    """Train, and tell what happens event by event, as fast as it is asked for the next.

    Ends with `RunEnded`: finished; stopped, where early stopping spoke; diverged, at the last finite step.
    With `phases`, every phase of every batch is told too. Raises `UserMistake` before the first event where the
    experiment cannot run. Closing the iterator ends the run without a last word.
    """
    job = job or prepare(experiment)
    panel = Panel(job, instruments, clock)
    return _tell(job, panel, run_id, phases, now)


def _tell(job: Job, panel: Panel, run_id: str, phases: bool, now: Callable[[], float]) -> Iterator[Event]:
    yield started(job, run_id, now(), panel.instruments)
    yield from from_the_start(job, panel, EarlyStopping(job), now, phases)


def from_the_start(
    job: Job, panel: Panel, stopping: EarlyStopping, now: Callable[[], float], phases: bool = False, rest: Rest = None
) -> Iterator[Event]:
    """All that follows `RunStarted`."""
    yield data_to_draw(job)
    yield from panel.measure(0)
    yield from go_on(job, panel, LoopState(), stopping, now, phases, rest)


def go_on(
    job: Job,
    panel: Panel,
    state: LoopState,
    stopping: EarlyStopping,
    now: Callable[[], float],
    phases: bool = False,
    rest: Rest = None,
) -> Iterator[Event]:
    """The steps after `state`, and the end. The job's batches, schedule and optimizer must stand where `state` does.

    `rest` is called between two steps, when everything before has been asked for.
    """
    ending = RunEnded(job.total, "finished", all_taken(job.total))
    try:
        for event in _train(job, panel, state, stopping, phases, rest):
            if isinstance(event, RunEnded):
                ending = event
            else:
                yield event
    except Diverged as diverged:
        job.model.zero_grad()  # they belong to the step that was not taken
        ending = RunEnded(diverged.step - 1, "diverged", str(diverged), facts=facts_of(diverged))
    yield from panel.measure_last(ending.step)
    yield RunEnded(ending.step, ending.status, ending.reason, now(), ending.facts)


def all_taken(total: int) -> str:
    """Why a run ended that ended as it was asked to."""
    return f"all {total} steps taken"


def _train(
    job: Job, panel: Panel, state: LoopState, stopping: EarlyStopping, phases: bool, rest: Rest
) -> Iterator[Event]:
    groups = job.optimizer.param_groups
    lr = 0.0
    loop = job.loop(state)
    for state in job.randomness.lent_to(loop) if job.draws else loop:
        if phases:
            yield phase_ended(job, state)
        if state.phase == "clip":
            lr = float(groups[0]["lr"])
            panel.prepare(state, lr)
        elif state.phase == "schedule":
            if job.averaged is not None:
                job.averaged.update_parameters(job.model)
            yield StepEnded(state.step, state.epoch, state.samples_seen, state.loss_value, state.penalty_value, lr)
            yield from panel.measure(state.step)
            if state.step % job.per_epoch == 0 and stopping.says_stop():
                yield RunEnded(state.step, "stopped", stopping.reason)
                return
            if state.step == job.total:
                return
            if rest is not None:
                rest(state)


def facts_of(diverged: Diverged) -> dict[str, Any]:
    """What is known of a divergence, for its `RunEnded`."""
    culprit = diverged.culprit
    return {"tensor": culprit.tensor, "layer": culprit.layer, "value": culprit.value, "step": diverged.step}
