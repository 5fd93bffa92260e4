"""A sweep in the hand: begin one or take one up, and what came of it. Knows no terminal."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..experiment import Experiment, load
from ..runs import home_folder
from . import book as books
from .book import Book
from .designs import Search
from .factors import levels_of
from .plans import USUAL_SEEDS, Plan, plan
from .running import Progress, run_sweep
from .training import Where, in_this_process, side_by_side

if TYPE_CHECKING:
    import pandas as pd

    from ..plots import Picture


@dataclass(frozen=True)
class Sweep:
    """What came of a sweep: `runs` (one row a run), `table` (one row a setting, the best first), `verdict`."""

    id: str
    plan: Plan
    by: str
    runs: pd.DataFrame
    table: pd.DataFrame
    verdict: tuple[str, ...]

    @property
    def best(self) -> dict[str, Any]:
        """The first row of the table: levels, median, low, high."""
        return {str(name): value for name, value in self.table.iloc[0].items() if name != "point"}

    def plot(self, dark: bool = False) -> Picture:
        """Response curve for one factor, heatmap for two, parallel coordinates for more."""
        from .figures import picture

        return picture(self.plan, self.runs, self.by, dark)


def sweep(
    experiment: Experiment | str,
    over: Mapping[str, Sequence[Any] | str],
    *,
    seeds: int = 1,
    search: Search = "grid",
    tries: int | None = None,
    vary: Sequence[str] = USUAL_SEEDS,
    by: str | None = None,
    workers: int | None = None,
    on: str = "local",
    home: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Train an experiment over levels of its fields, and hand back one row a run.

    `over` maps fields to levels, `{"training.lr": [0.01, 0.1], "model.hidden": "[8],[16,8]"}`, or to a range,
    `"0.001:1:log:20"`. Each is repeated with `seeds` seeds, the same ones for all. `on` and `workers` say where: in
    this process, in several, `"ray"`, `"ray://HOST:PORT"`. The frame's `attrs` hold `sweep`
    (its id), `best`, `verdict`. Raises `UserMistake` for what could not be trained.
    """
    experiment = load(experiment) if isinstance(experiment, str) else experiment
    texts = [levels_of(name, levels) for name, levels in over.items()]
    asked = plan(experiment, texts, seeds=seeds, search=search, tries=tries, vary=vary)
    done = carried_out(asked, begun(asked, home), by=by, where=place(on, workers))
    done.runs.attrs = {"sweep": done.id, "best": done.best, "verdict": list(done.verdict)}
    return done.runs


def begun(asked: Plan, home: str | os.PathLike[str] | None, now: Callable[[], float] = time.time) -> Book:
    """A new book for a plan. Raises `StoreError` where it cannot be written."""
    return books.begin(_home(home), asked, now())


def found(text: str, home: str | os.PathLike[str] | None) -> Book:
    """The book of a sweep that was begun before. Raises `UserMistake` where there is none such."""
    return books.find(_home(home), text)


def place(on: str = "local", workers: int | None = None) -> Where:
    """Where to train. Raises `UserMistake` for a place there is not, before anything is begun."""
    if on == "local":
        return in_this_process() if workers in (None, 1) else side_by_side(workers)
    from .on_ray import on_ray

    return on_ray(on, workers)


def carried_out(
    asked: Plan,
    book: Book,
    *,
    by: str | None = None,
    where: Where | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Sweep:
    """Train what is left of a sweep, and judge it. Raises `UserMistake` for a figure that is not measured."""
    from .judging import known_figure

    by = known_figure(by)
    rows = run_sweep(asked, book, by, where, on_progress)
    return judged(asked, book.id, rows, by)


def judged(asked: Plan, name: str, rows: Sequence[books.Row], by: str | None) -> Sweep:
    """What rows say."""
    from . import judging

    runs = judging.frame(asked, rows)
    by = by or judging.usual_figure(judging.figures_of(runs, asked))
    return Sweep(name, asked, by, runs, judging.table(runs, asked, by), tuple(judging.verdict(runs, asked, by)))


def _home(home: str | os.PathLike[str] | None) -> Path:
    return Path(home) if home is not None else home_folder()
