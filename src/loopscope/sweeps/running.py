"""Drive a sweep to its end: what is left to train, where it trains, what is written when. Shows nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .book import Book, Row
from .halving import rungs, shortened
from .judging import figures_of, frame, median, scores_of, usual_figure
from .plans import Plan
from .training import Done, Where, in_this_process, tasks


@dataclass(slots=True)
class Progress:
    """How far a sweep is, for whoever shows it."""

    runs: int
    finished: int = 0
    begun_with: int = 0
    """runs that were over before this process took the sweep up"""
    under_way: float = 0.0
    """of a run, over all that train now: 1.5 are two runs at three quarters"""
    seconds: float = 0.0
    stacks: int = 0
    bytes: int = 0
    """memory of the largest stack, about"""

    @property
    def share(self) -> float:
        """Of all runs, what is done [0 to 1]."""
        return min(1.0, (self.finished + self.under_way) / max(1, self.runs))

    @property
    def left_s(self) -> float | None:
        """Seconds that are left, if it goes on like this; None in the first second."""
        done = self.finished + self.under_way - self.begun_with
        if self.seconds < 1 or done <= 0:
            return None
        return self.seconds / done * (self.runs - self.finished - self.under_way)


def rounds(plan: Plan) -> list[tuple[int, float]]:
    """How many points train in each round, and for which share of their steps: one round but in successive halving."""
    return rungs(len(plan.points)) if plan.search == "halving" else [(len(plan.points), 1.0)]


def run_sweep(
    plan: Plan,
    book: Book,
    by: str | None = None,
    where: Where | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Row]:
    """Train what the book does not have yet, and write it there stack by stack. Returns all rows.

    `by` is what successive halving chooses by. Raises `UserMistake` before anything trains where it cannot be trained,
    and what `where` raises; what was finished by then is in the book.
    """
    where = where or in_this_process()
    rows = book.rows()
    over = {(row["run"], row["rung"]) for row in rows}
    progress = Progress(sum(count for count, _ in rounds(plan)) * plan.seeds, len(over), len(over))
    begun = clock()
    points = list(range(len(plan.points)))
    for rung, (count, share) in enumerate(rounds(plan)):
        points = points if rung == 0 else _best(plan, rows, points, count, by)
        left = [run for point in points for run in _runs_of(plan, point) if (run, rung) not in over]
        work = tasks(left, [shortened(plan.experiment_of(run), share) for run in left], rung, where.workers)
        progress.stacks += len(work)
        progress.bytes = max((task.bytes for task in work), default=0)
        on_progress(progress)

        def heard(done: Done) -> None:
            progress.under_way, progress.seconds = done.runs, clock() - begun
            on_progress(progress)

        for task, found in where.train(work, heard):
            book.add(found)
            rows += found
            progress.finished += len(task)
            progress.under_way, progress.seconds = 0.0, clock() - begun
            on_progress(progress)
    return rows


def _runs_of(plan: Plan, point: int) -> range:
    return range(point * plan.seeds, (point + 1) * plan.seeds)


def _best(plan: Plan, rows: Sequence[Row], points: Sequence[int], count: int, by: str | None) -> list[int]:
    runs = frame(plan, rows)
    scores = scores_of(runs, by or usual_figure(figures_of(runs, plan)))
    return sorted(sorted(points, key=lambda point: median(scores[point]))[:count])
