"""Runs of a sweep as tasks, each a stack that trains at once, and how a task is trained. Knows no plan and no file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from ..engines import threads
from ..engines.stacked import Group, group, run_stacked
from ..events import RunEnded, RunStarted, StepEnded
from ..experiment import Experiment
from .book import Row
from .rows import Watcher, watching

SHARE = 2
"""A stack has one part in so many of what a worker would get of the runs that are left: the last are small, so that
no worker waits long for another (guided self-scheduling: C. Polychronopoulos and D. Kuck, 1987)."""
SMALLEST = 8
"""Runs of a stack, where there are more: what a stack costs by itself is as much as a few models."""

HEARD_EVERY = 512
"""Steps, of all runs of a task together."""


@dataclass(frozen=True, slots=True)
class Task:
    """Experiments that train in one stack, with the number of each one's run. May be pickled."""

    runs: tuple[int, ...]
    experiments: tuple[Experiment, ...]
    group: Group
    rung: int = 0

    def __len__(self) -> int:
        return len(self.runs)

    @property
    def bytes(self) -> int:
        """Memory that it takes while it trains, beside PyTorch's own; about, and 0 where that is not known."""
        return len(self.runs) * self.group.each_bytes


@dataclass(slots=True)
class Done:
    """How much of a task is done: steps of all its runs so far, of about how many, and what that is in runs."""

    steps: int = 0
    total: int = 0
    begun: int = 0

    @property
    def runs(self) -> float:
        return self.begun * self.steps / self.total if self.total else 0.0


Heard: TypeAlias = Callable[[Done], None]


@dataclass(frozen=True, slots=True)
class Where:
    """`train` does tasks, so many `workers` of them at once, and gives each with its rows as it ends, in any order."""

    train: Callable[[Sequence[Task], Heard], Iterator[tuple[Task, list[Row]]]]
    workers: int = 1


def tasks(runs: Sequence[int], experiments: Sequence[Experiment], rung: int = 0, workers: int = 1) -> list[Task]:
    """Stacks of one architecture each, no larger than memory and cache allow, the largest first.

    For several workers they are cut so that all end at about the same time. Raises `UserMistake` for what cannot be
    trained.
    """
    found: list[Task] = []
    for whole in group(experiments):
        begin = 0
        for size in sizes(len(whole.members), whole.at_once, workers):
            places = whole.members[begin : (begin := begin + size)]
            here = replace(whole, members=tuple(range(size)))
            found.append(Task(tuple(runs[i] for i in places), tuple(experiments[i] for i in places), here, rung))
    return sorted(found, key=len, reverse=True) if workers > 1 else found


def sizes(runs: int, most: int, workers: int) -> list[int]:
    """How many runs each stack has, none of them more than `most`."""
    found: list[int] = []
    while left := runs - sum(found):
        part = left if workers == 1 else max(min(SMALLEST, -(-runs // workers)), -(-left // (SHARE * workers)))
        found.append(min(left, most, part))
    return found


def trained(task: Task, heard: Heard = lambda done: None) -> list[Row]:
    """A row for each run, in the task's order; `heard` is told now and then how far it is."""
    watchers = [Watcher(run, task.rung) for run in task.runs]
    done = Done()
    with threads(1):
        for index, event in run_stacked(task.experiments, watching(), groups=[task.group]):
            watcher = watchers[index]
            if isinstance(event, StepEnded):
                done.steps += 1
            elif isinstance(event, RunStarted):
                done.total += int(event.facts["steps"])
                done.begun += 1
            elif isinstance(event, RunEnded):
                done.steps += int(watcher.expected) - event.step  # what it will not take any more
            watcher.hear(event)
            if not done.steps % HEARD_EVERY:
                heard(done)
    rows = [watcher.row for watcher in watchers]
    assert None not in rows, "every run has its last word"
    return [row for row in rows if row is not None]


def in_this_process() -> Where:
    """One task after another."""

    def train(tasks: Sequence[Task], heard: Heard) -> Iterator[tuple[Task, list[Row]]]:
        for task in tasks:
            yield task, trained(task, heard)

    return Where(train)


def side_by_side(workers: int) -> Where:
    """In so many processes of this machine. A process that dies takes the sweep with it: resume it."""

    def train(tasks: Sequence[Task], heard: Heard) -> Iterator[tuple[Task, list[Row]]]:
        from concurrent.futures import ProcessPoolExecutor, as_completed
        from multiprocessing import get_context

        with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=get_context("spawn")) as pool:
            under_way = {pool.submit(trained, task): task for task in tasks}
            try:
                for future in as_completed(under_way):
                    yield under_way[future], future.result()
            finally:
                for future in under_way:
                    future.cancel()

    return Where(train, workers)
