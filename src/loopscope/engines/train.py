"""Run an experiment and record it: the engine's events go to the store, and a run comes back. Shows nothing itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch

from ..events import Event, RunEnded, RunStarted, StepEnded
from ..experiment import Experiment, load
from ..instruments import DEFAULT, Instrument, make
from ..runs import Run, home_folder, open_run
from ..store import RunWriter, Store, new_run_id
from . import serial
from .preparing import prepare


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
    ends the run is recorded with it: an interrupt as stopped, an exception as failed; both are then raised again.
    Raises `UserMistake` before anything is written where the experiment cannot run, and `StoreError` where the
    record cannot be kept.
    """
    experiment = load(experiment) if isinstance(experiment, str) else experiment
    if name is not None:
        experiment = experiment.model_copy(update={"name": name})
    job = prepare(experiment)
    panel = make(DEFAULT) if instruments is None else instruments
    folder = Path(home) if home is not None else home_folder()
    run_id = new_run_id(experiment.name or f"{experiment.data.name}-{experiment.model.kind}", now(), os.urandom(3))
    with Store.open(folder) as store, threads(job.threads.number):
        record(serial.run(experiment, panel, run_id=run_id, job=job, now=now), store, on_event, now)
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


def record(
    events: Iterator[Event], store: Store, on_event: Callable[[Event], None], now: Callable[[], float] = time.time
) -> None:
    """Write a run's events as they come, the first of which says how it started, and how it ended whatever happens."""
    started = next(events)
    assert isinstance(started, RunStarted), "a run begins with RunStarted"
    on_event(started)
    with store.writer(started) as writer:
        step = 0
        try:
            for event in events:
                writer.append(event)
                if isinstance(event, StepEnded):
                    step = event.step
                on_event(event)
        except KeyboardInterrupt:
            _end(writer, on_event, RunEnded(step, "stopped", f"interrupted after step {step}", now()))
            raise
        except Exception as error:
            _end(writer, on_event, RunEnded(step, "failed", f"{type(error).__name__}: {error}", now()))
            raise


def _end(writer: RunWriter, on_event: Callable[[Event], None], ended: RunEnded) -> None:
    writer.append(ended)
    on_event(ended)
