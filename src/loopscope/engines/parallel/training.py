"""Train an experiment on several processes and record it from the first. Starts no process and shows nothing."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ...errors import LoopscopeError
from ...events import Event, RunStarted
from ...experiment import Experiment
from ...instruments import DEFAULT, Instrument, make
from ...runs import Run, home_folder, open_run
from ...store import Store, checkpoint_path, new_run_id, shared_checkpoints_path
from .. import checkpoints, resuming
from ..panel import Panel
from ..preparing import prepare
from ..snapshots import Snapshot
from ..telling import started
from ..train import threads, write_down
from . import shared_checkpoints
from .job import SharedJob, shared
from .lost import lost_in_words
from .refusing import check, check_devices, on_cuda
from .shared_checkpoints import SharedCheckpoints
from .stopping import SharedStopping
from .together import PATIENCE_S, Group, joined
from .world import World, world_here

Hear = Callable[[Event], None]


def train(
    experiment: Experiment,
    world: World | None = None,
    *,
    home: str | os.PathLike[str] | None = None,
    instruments: Sequence[Instrument] | None = None,
    on_event: Hear = lambda event: None,
    now: Callable[[], float] = time.time,
    patience_s: float = PATIENCE_S,
) -> Run | None:
    """Train `experiment` together with the other processes of `world`, all of which call this with the same.

    The first process records what `engines.train` would, with `ranks` measured besides, and hands back the run; the
    others give None. Batches, their order and the losses are the single process's, but for rounding.
    `world` is what torchrun says where it is not given.
    Raises `UserMistake` where the experiment cannot run, or not on several processes; `WorkerLost` where another
    process ends or does not answer for `patience_s` seconds, which is recorded as failed and can be resumed.
    """
    world = world or _place()
    check(experiment, world.ranks, "torchrun --nproc-per-node")
    check_devices(experiment, world.local_ranks)
    folder = Path(home) if home is not None else home_folder()
    panel = make(DEFAULT) if instruments is None else instruments
    with _sharing(experiment, world, patience_s) as job:
        if not world.speaks:
            return _follow(job, shared_checkpoints_path(folder, job.group.told()), None)
        run = new_run_id(experiment.title, now(), os.urandom(3))
        start = _started(job, run, now(), panel)
        with Store.open(folder) as store:
            on_event(start)
            with store.writer(start) as writer:
                job.group.told(run)
                place = shared_checkpoints_path(folder, run)
                events = _events(job, panel, place, None, writer.flush, now)
                write_down(events, writer, on_event, now)
        shared_checkpoints.remove(place)
    return open_run(run, home=folder)


def resume(
    run: str,
    world: World | None = None,
    *,
    home: str | os.PathLike[str] | None = None,
    on_event: Hear = lambda event: None,
    now: Callable[[], float] = time.time,
    patience_s: float = PATIENCE_S,
) -> Run | None:
    """Go on with a run that was cut short, on as many processes as it had or on any other number.

    On as many, it ends bit for bit as if it had not been interrupted; on others, but for rounding. As
    `engines.resume` otherwise, and as `train` of this folder.
    """
    world = world or _place()
    folder = Path(home) if home is not None else home_folder()
    with Store.open(folder) as store:
        record = store.find(run)
        experiment = resuming.experiment_of(record)
        check(experiment, world.ranks)
        check_devices(experiment, world.local_ranks)
        place, alone = shared_checkpoints_path(folder, record.id), checkpoint_path(folder, record.id)
        with _sharing(experiment, world, patience_s) as job:
            kept = shared_checkpoints.read(place, job.group.device) or checkpoints.read(alone)
            job.group.told()  # nobody writes before all have read
            if not world.speaks:
                return _follow(job, place, kept)
            panel = resuming.instruments_of(record)
            start = resuming.same_data(record, _started(job, record.id, record.started, panel))
            with store.resume(record, -1 if kept is None else kept.step) as writer:
                on_event(start)
                events = _events(job, panel, place, kept, writer.flush, now)
                write_down(events, writer, on_event, now, step=kept.step if kept else 0)
            shared_checkpoints.remove(place)
            checkpoints.remove(alone)
    return open_run(record.id, home=folder)


@contextmanager
def _sharing(experiment: Experiment, world: World, patience_s: float) -> Iterator[SharedJob]:
    """This process's part of the run, among all others."""
    with joined(world, on_cuda(experiment), patience_s) as group, lost_in_words():
        job = _ready(experiment, group)
        with threads(job.threads.number):
            yield job


def _ready(experiment: Experiment, group: Group) -> SharedJob:
    """The parts, once every process has its own; one that cannot have them says so before others wait for it."""
    try:
        parts = prepare(experiment)
    except LoopscopeError as error:
        group.all_ready(error)
        raise
    group.all_ready(None)
    return shared(parts, group)


def _place() -> World:
    place = world_here()
    assert place is not None, "torchrun, or launch, starts the processes that train together"
    return place


def _follow(job: SharedJob, place: Path, kept: Snapshot | None) -> None:
    """Do one's share without a word."""
    deque(_events(job, (), place, kept, lambda: None, time.time), maxlen=0)


def _events(
    job: SharedJob,
    panel: Sequence[Instrument],
    place: Path,
    kept: Snapshot | None,
    record: Callable[[], None],
    now: Callable[[], float],
) -> Iterator[Event]:
    """All that follows `RunStarted`, by the serial engine."""
    stopping = SharedStopping(job)
    rest = SharedCheckpoints(place, job, stopping, record)
    looking = Panel(job, [*panel, job.ranks], time.perf_counter)
    with lost_in_words():
        yield from resuming.from_there(job, looking, kept, stopping, rest, now)


def _started(job: SharedJob, run: str, now: float, panel: Sequence[Instrument]) -> RunStarted:
    """As the serial engine says it, and how many work on it. `ranks` is none that one could ask for by name."""
    start = started(job, run, now, panel)
    return replace(start, facts={**start.facts, "workers": job.group.world.ranks, "backend": job.group.backend})
