"""What a sweep of tiles will be, said before any of it is trained: how many, in how many stacks, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from .. import sweeps
from ..datasets import Dataset
from ..engines.stacked.memory import usual_budget
from ..errors import mistake
from ..experiment import Data, Experiment, validate
from ..sweeps import Factor, Plan, Task
from ..sweeps.training import tasks as tasks_of
from . import limits
from .tile_commands import MOST_RUNS, MOST_TILES

MOST_BYTES = 2**30
"""Of all stacks together, which are in memory at once; a worker may have 2 GB, PyTorch's own included."""
RESOLUTIONS = ((16, 40), (64, 30), (MOST_RUNS, 20))
"""Points a side of a surface, for so many runs at the most: the more tiles, the smaller each is drawn."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A plan that can be trained, its stacks, and why there is no surface (empty where there is one)."""

    plan: Plan
    tasks: tuple[Task, ...]
    no_surface: str

    @property
    def resolution(self) -> int:
        return next(points for most, points in RESOLUTIONS if self.plan.runs <= most)

    def said(self) -> dict[str, Any]:
        """For the page."""
        ways = list(dict.fromkeys(task.group.because for task in self.tasks))
        counts = {"tiles": len(self.plan.points), "seeds": self.plan.seeds, "runs": self.plan.runs}
        size = sum(task.bytes for task in self.tasks)
        return {**counts, "stacks": len(self.tasks), "bytes": size, "because": ways, "no_surface": self.no_surface}


def foreseen(asked: Mapping[str, Any], home: Path) -> Foreseen:
    """Lay a sweep out. Raises `UserMistake` for what cannot be trained, or is too much to be watched."""
    experiment = validate(asked["experiment"])
    factors = sweeps.factors_of(asked["over"])
    _refuse_too_many(factors, asked["seeds"])
    plan = sweeps.plan(experiment, asked["over"], seeds=asked["seeds"])
    reasons = _checked(plan.settled, home)
    tasks = tasks_of(range(plan.runs), [plan.experiment_of(run) for run in range(plan.runs)])
    _refuse_too_large(tasks)
    return Foreseen(plan, tuple(tasks), reasons[0] if all(reasons) else "")


def _refuse_too_many(factors: list[Factor], seeds: int) -> None:
    tiles = prod(max(1, len(factor.levels)) for factor in factors)
    if tiles > MOST_TILES:
        what = " × ".join(f"{len(factor.levels):,}" for factor in factors) + f" = {tiles:,} tiles"
        raise mistake("--over", what, f"at most {MOST_TILES} tiles on a page", "Take fewer levels, or loopscope sweep.")
    if tiles * seeds > MOST_RUNS:
        what = f"{tiles:,} tiles × {seeds} seeds = {tiles * seeds:,} runs"
        raise mistake("seeds", what, f"at most {MOST_RUNS} runs at once", f"Take {MOST_RUNS // tiles} seeds.")


def _checked(settled: tuple[Experiment, ...], home: Path) -> list[str]:
    """Hold each to what a live session may ask for; of each, why it has no surface."""
    loaded: dict[Data, Dataset] = {}
    for each in settled:
        if each.data not in loaded:
            loaded[each.data] = limits.loaded(each, home)
        limits.check(each, loaded[each.data])
    return [_no_surface(loaded[each.data]) for each in settled]


def _no_surface(dataset: Dataset) -> str:
    if dataset.task not in ("binary", "multiclass", "regression"):
        return f"{dataset.task} has no surface: each tile shows its loss."
    count = len(dataset.raw_names)
    return "" if count <= 2 else f"{count} inputs have no plane to draw: each tile shows its loss."


def _refuse_too_large(tasks: list[Task]) -> None:
    most, size = min(MOST_BYTES, usual_budget()), sum(task.bytes for task in tasks)
    if size > most:
        what = f"{sum(map(len, tasks)):,} runs of {size / 2**20:,.0f} MB together"
        allowed = f"at most {most / 2**20:,.0f} MB in memory at once"
        raise mistake("--over", what, allowed, "Take fewer levels or seeds, or loopscope sweep, which takes turns.")
