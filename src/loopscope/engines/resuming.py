"""Take up a recorded run that was cut short, bit for bit. Trains nothing by itself, and shows nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ..errors import mistake
from ..events import Event, RunStarted
from ..experiment import Experiment, validate
from ..instruments import Instrument, make
from ..loop import LoopState
from ..runs import Run, home_folder, open_run
from ..store import RunRecord, Store, checkpoint_path
from . import checkpoints, serial, snapshots
from .early_stopping import EarlyStopping
from .job import Job
from .panel import Panel
from .preparing import prepare
from .snapshots import Snapshot
from .telling import started
from .train import threads, write_down


def resume(
    run: str,
    *,
    home: str | os.PathLike[str] | None = None,
    on_event: Callable[[Event], None] = lambda event: None,
    now: Callable[[], float] = time.time,
) -> Run:
    """Go on with a run of `train` that a signal, an error or the end of its process cut short, and hand it back.

    `run` is what `Store.find` understands. It goes on from its last checkpoint (at most some seconds back; from step 0
    where there is none), measures what it measured before, and ends bit for bit as if it had never been interrupted,
    given the same machine, versions and threads. Its facts then hold `resumed`, the steps it was taken up after.
    Raises `UserMistake` for a run that has ended by itself, is being recorded, is none of `train`'s, or whose data are
    not what they were; `StoreError` where record or checkpoint cannot be read.
    """
    folder = Path(home) if home is not None else home_folder()
    with Store.open(folder) as store:
        record = store.find(run)
        _refuse_shared(record)
        experiment = experiment_of(record)
        path = checkpoint_path(folder, record.id)
        kept = checkpoints.read(path)
        job = prepare(experiment)
        measured = instruments_of(record)
        start = same_data(record, started(job, record.id, record.started, measured))
        stopping = EarlyStopping(job)
        panel = Panel(job, measured, time.perf_counter)
        with threads(job.threads.number), store.resume(record, -1 if kept is None else kept.step) as writer:
            on_event(start)
            rest = checkpoints.Checkpoints(path, job, stopping, writer.flush)
            events = from_there(job, panel, kept, stopping, rest, now)
            write_down(events, writer, on_event, now, step=kept.step if kept else 0)
        checkpoints.remove(path)
    return open_run(record.id, home=folder)


def from_there(
    job: Job,
    panel: Panel,
    kept: Snapshot | None,
    stopping: EarlyStopping,
    rest: Callable[[LoopState], None],
    now: Callable[[], float],
) -> Iterator[Event]:
    """What follows `RunStarted`, from the snapshot on; all of it where there is none."""
    if kept is None:
        return serial.from_the_start(job, panel, stopping, now, rest=rest)
    snapshots.put_back(job, stopping, kept)
    state = LoopState(step=kept.step, epoch=kept.epoch, samples_seen=kept.samples_seen)
    return serial.go_on(job, panel, state, stopping, now, rest=rest)


def experiment_of(record: RunRecord) -> Experiment:
    """Raises `UserMistake` for a run that nobody can go on with."""
    if record.source != "engine" or record.experiment is None or record.facts.get("live"):
        asked = "one that loopscope train began"
        raise mistake("--resume", record.id, asked, "Your own script, or the lab, goes on where it was begun.")
    if not record.resumable:
        next_step = f"It is {record.status}; to train on, begin a run with more training.steps or training.epochs."
        raise mistake("--resume", record.id, "a run that was cut short", next_step)
    return validate(dict(record.experiment))


def _refuse_shared(record: RunRecord) -> None:
    workers = record.facts.get("workers")
    if workers:
        next_step = f"Try loopscope train --resume {record.id} --workers {workers}"
        raise mistake("--resume", record.id, f"a run of one process, and not of {workers}", next_step)


def same_data(record: RunRecord, start: RunStarted) -> RunStarted:
    """Raises `UserMistake` where a file's content is not what it was."""
    before, by_now = record.facts.get("data"), start.facts.get("data")
    if before != by_now:
        raise mistake("data", by_now, f"what the run began with, {before}", "Put the old file back, or train anew.")
    return start


def instruments_of(record: RunRecord) -> list[Instrument]:
    """Those that the run had, at the cadences it had them."""
    return make(dict(record.facts.get("instruments", {})))
