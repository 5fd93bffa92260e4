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

STACKS_A_WORKER = 3
"""At least, so that none waits long for the last one."""

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
    """`train` does tasks, in any order, and gives each with its rows as it ends; it wants at least so many `parts`."""

    train: Callable[[Sequence[Task], Heard], Iterator[tuple[Task, list[Row]]]]
    parts: int = 1


def tasks(runs: Sequence[int], experiments: Sequence[Experiment], rung: int = 0, parts: int = 1) -> list[Task]:
    """Stacks of one architecture each, no larger than memory and cache allow, about `parts` of them if that is more.

    Raises `UserMistake` for what cannot be trained.
    """
    found: list[Task] = []
    for whole in group(experiments):
        most = max(1, min(whole.at_once, -(-len(runs) // parts)))
        for begin in range(0, len(whole.members), most):
            places = whole.members[begin : begin + most]
            here = replace(whole, members=tuple(range(len(places))))
            found.append(Task(tuple(runs[i] for i in places), tuple(experiments[i] for i in places), here, rung))
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

    return Where(train, STACKS_A_WORKER * workers)
