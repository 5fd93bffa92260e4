"""Train many experiments as few stacks: the serial engine's events, of each run in its order. Computes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import pairwise

from ... import datasets
from ...datasets import Dataset
from ...events import Event
from ...experiment import Data, Experiment
from ...instruments import Instrument, make
from ...instruments.registry import Wanted
from ...loop import keep_what_is_freed
from ..early_stopping import EarlyStopping
from ..job import Job
from ..panel import Panel
from ..preparing import prepare
from ..serial import run
from .grouping import Group, group
from .member import Member
from .running import Running


def run_stacked(
    experiments: Sequence[Experiment],
    instruments: Wanted = (),
    *,
    run_ids: Sequence[str] = (),
    budget: int | None = None,
    groups: Sequence[Group] | None = None,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[tuple[int, Event]]:
    """Train all, and tell (place among `experiments`, event) as fast as it is asked for the next.

    Each run's events are those of `engines.run`, in the same order; those of different runs take turns, some steps
    each. Initial weights and order of rows are exactly the serial engine's, losses differ by rounding. A run that
    diverges or stops early ends by itself, and the others go on. Every run gets instruments of its own.

    `groups` is what `group` gave, found here where it is not given; `budget` is for it. One group trains after
    another. Set torch to one thread for small models. Raises `UserMistake` where experiments cannot run: before the
    first event what can be seen without building models, before a group's first event the rest.
    """
    groups = group(experiments, budget=budget) if groups is None else groups
    ids = run_ids or [""] * len(experiments)
    panel = make(instruments)
    return _run(experiments, groups, ids, panel, now, clock)


def _run(
    experiments: Sequence[Experiment],
    groups: Sequence[Group],
    ids: Sequence[str],
    instruments: Sequence[Instrument],
    now: Callable[[], float],
    clock: Callable[[], float],
) -> Iterator[tuple[int, Event]]:
    for each in groups:
        if each.way == "serial":
            for index in each.members:
                events = run(experiments[index], deepcopy(instruments), run_id=ids[index], now=now, clock=clock)
                for event in events:
                    yield index, event
            continue
        members = members_of(experiments, each, instruments, clock)
        running = in_stacks(members, each, now)
        for some in running:
            yield from some.begun(ids)
        while running:
            for some in running:
                yield from some.block()
            running = [some for some in running if not some.over]


def members_of(
    experiments: Sequence[Experiment], each: Group, instruments: Sequence[Instrument], clock: Callable[[], float]
) -> list[Member]:
    """The runs of a group, prepared; each with instruments of its own."""
    jobs = prepared([experiments[index] for index in each.members])
    members: list[Member] = []
    for index, job in zip(each.members, jobs, strict=True):
        own = deepcopy(list(instruments))
        members.append(Member(index, job, Panel(job, own, clock), EarlyStopping(job), own))
    return members


def prepared(experiments: Sequence[Experiment]) -> list[Job]:
    """The parts of each; equal data is loaded once and held once."""
    loaded: dict[tuple[Data, int], Dataset] = {}
    jobs: list[Job] = []
    held: dict[object, Job] = {}
    for experiment in experiments:
        key = (experiment.data, experiment.seed.data)
        if key not in loaded:
            loaded[key] = datasets.load(*key)
        job = prepare(experiment, loaded[key])
        other = held.setdefault((key, experiment.faults), job)
        job.batches.inputs, job.batches.targets = other.batches.inputs, other.batches.targets
        jobs.append(job)
    return jobs


def in_stacks(members: Sequence[Member], each: Group, now: Callable[[], float]) -> list[Running]:
    """Members in stacks that stay in the processor's cache."""
    assert each.footprint is not None, "a stack's footprint is known"
    keep_what_is_freed()
    return [Running(some, each.footprint, now) for some in evenly(members, each.at_once)]


def evenly(members: Sequence[Member], most: int) -> list[Sequence[Member]]:
    """As few parts of at most so many as there can be, none much smaller than another."""
    parts = -(-len(members) // most)
    bounds = [len(members) * part // parts for part in range(parts + 1)]
    return [members[begin:end] for begin, end in pairwise(bounds)]
