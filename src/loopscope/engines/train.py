"""Run an experiment and record it: the engine's events go to the store, and a run comes back. Shows nothing itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch

from ..events import Event, RunEnded, StepEnded
from ..experiment import Experiment, load
from ..instruments import DEFAULT, Instrument, make
from ..runs import Run, home_folder, open_run
from ..store import RunWriter, Store, checkpoint_path, new_run_id
from . import checkpoints, serial
from .early_stopping import EarlyStopping
from .panel import Panel
from .preparing import prepare
from .telling import started

CUT_SHORT = {"cut_short": True}
"""A fact of an end that `resume` can undo."""


def train(
    experiment: Experiment | str = "moons-mlp",
    *,
    home: str | os.PathLike[str] | None = None,
    instruments: Sequence[Instrument] | None = None,
    name: str | None = None,
    on_event: Callable[[Event], None] = lambda event: None,
    now: Callable[[], float] = time.time,
) -> Run:
    """Train `experiment` (or what `load` understands: a preset, a file, a link), record it, and hand back the run.

    `instruments` defaults to the usual set. `on_event` hears every event after it was handed to the record. Whatever
    ends the run is recorded with it: an interrupt as stopped, an exception as failed; both are then raised again, and
    `resume` goes on with such a run from its last checkpoint, one of which is written every few seconds.
    Raises `UserMistake` before anything is written where the experiment cannot run, and `StoreError` where the
    record cannot be kept.
    """
    experiment = load(experiment) if isinstance(experiment, str) else experiment
    if name is not None:
        experiment = experiment.model_copy(update={"name": name})
    job = prepare(experiment)
    panel = make(DEFAULT) if instruments is None else instruments
    folder = Path(home) if home is not None else home_folder()
    run_id = new_run_id(experiment.title, now(), os.urandom(3))
    path = checkpoint_path(folder, run_id)
    with Store.open(folder) as store, threads(job.threads.number):
        start = started(job, run_id, now(), panel)
        on_event(start)
        with store.writer(start) as writer:
            stopping = EarlyStopping(job)
            rest = checkpoints.Checkpoints(path, job, stopping, writer.flush)
            events = serial.from_the_start(job, Panel(job, panel, time.perf_counter), stopping, now, rest=rest)
            write_down(events, writer, on_event, now)
        checkpoints.remove(path)
    return open_run(run_id, home=folder)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """So many threads for torch inside, and as many as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def write_down(
    events: Iterator[Event],
    writer: RunWriter,
    on_event: Callable[[Event], None],
    now: Callable[[], float] = time.time,
    step: int = 0,
) -> None:
    """Write what follows the first event, and how it ended whatever happens. Before it, `step` steps were taken."""
    try:
        for event in events:
            writer.append(event)
            if isinstance(event, StepEnded):
                step = event.step
            on_event(event)
    except KeyboardInterrupt:
        _end(writer, on_event, RunEnded(step, "stopped", f"interrupted after step {step}", now(), CUT_SHORT))
        raise
    except Exception as error:
        _end(writer, on_event, RunEnded(step, "failed", f"{type(error).__name__}: {error}", now(), CUT_SHORT))
        raise


def _end(writer: RunWriter, on_event: Callable[[Event], None], ended: RunEnded) -> None:
    writer.append(ended)
    on_event(ended)
