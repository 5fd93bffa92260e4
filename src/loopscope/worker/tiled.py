"""One sweep that is watched: what a page is told of it, and what is recorded. Never sees a pipe or a pace."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from .. import sweeps
from ..experiment import to_link
from ..sweeps import Book
from .foreseeing import Foreseen
from .tiles import Tiles


class Tiled:
    """Trains what was foreseen. `repetition` is the seed whose surfaces a frame has; `over` once it is judged."""

    def __init__(self, asked: Foreseen, resolution: int, home: Path) -> None:
        self.plan, self._said, self._home = asked.plan, asked.said(), home
        self.tiles = Tiles(asked.tasks, resolution)
        self.tiles.begin()
        self.repetition, self.over = 0, False
        self._book: Book | None = None
        self._recorded: set[int] = set()

    @property
    def looking_s(self) -> float:
        """What the last look at all of them took."""
        return self.tiles.looking_s

    def advance(self, steps: int, look: bool) -> None:
        """Steps of all, as `Tiles.advance` has it; what is over by then is recorded."""
        self.tiles.advance(steps, look)
        self._record()
        self.over = self.tiles.over

    def begun(self) -> dict[str, Any]:
        """All that does not change while it trains."""
        plan, seeds = self.plan, self.plan.seeds
        sets: dict[Any, int] = {}
        data: list[dict[str, Any]] = []
        of_run: list[int] = []
        experiments = [plan.experiment_of(run) for run in range(plan.runs)]
        for run, experiment in enumerate(experiments):
            key = (experiment.data, experiment.seed.data)
            if key not in sets:
                sets[key] = len(data)
                data.append(self._data(run))
            of_run.append(sets[key])
        return {
            **self._said,
            "name": plan.experiment.title,
            "experiment": plan.experiment.plain(),
            "over": list(plan.over),
            "factors": [{"field": factor.field, "levels": list(factor.levels)} for factor in plan.factors],
            "seeds": seeds,
            "data": data,
            "data_of": of_run,
            "steps": [int(self.tiles.facts[run]["steps"]) for run in range(plan.runs)],
            "links": [to_link(experiment) for experiment in experiments],
        }

    def _data(self, run: int) -> dict[str, Any]:
        facts = self.tiles.facts[run]
        about = {"task": facts["task"], "classes": len(facts["classes"]), "inputs": list(facts["raw_inputs"])}
        scale = {"center": facts["target_center"], "scale": facts["target_scale"]}
        return {**about, **scale, "arrays": self.tiles.data.get(run, {}) if not self._said["no_surface"] else {}}

    def frame(self) -> dict[str, Any]:
        """How every run stands, and the surfaces of one repetition."""
        tiles, seeds = self.tiles, self.plan.seeds
        runs = range(self.repetition, self.plan.runs, seeds)
        surfaces = [{"run": run, "values": tiles.surfaces[run]} for run in runs if run in tiles.surfaces]
        figures = {"steps": tiles.steps, "states": tiles.state, "train": tiles.train, "test": tiles.test}
        return {"step": int(tiles.steps.max()), "repetition": self.repetition, **figures, "surfaces": surfaces}

    def done(self) -> dict[str, Any]:
        """What came of it: the best and what cannot be told from it, in sentences. Nothing where none is over."""
        over = len(self._recorded)
        about: dict[str, Any] = {"sweep": self._book.id if self._book else "", "finished": over, "runs": self.plan.runs}
        if over < self.plan.runs or self._book is None:
            return {**about, "by": "", "best": None, "verdict": [], "table": []}
        found = sweeps.judged(self.plan, self._book.id, self._book.rows(), None)
        return {**about, **told(found)}

    def _record(self) -> None:
        """Write down what is over, as `loopscope sweep` does."""
        new = [run for run in self.tiles.ended() if run not in self._recorded]
        if not new:
            return
        if self._book is None:
            self._book = sweeps.begun(self.plan, self._home)
        rows = [self.tiles.watchers[run].row for run in new]
        self._book.add(row for row in rows if row is not None)
        self._recorded.update(new)


def told(found: sweeps.Sweep) -> dict[str, Any]:
    """A judged sweep as a page has it; what is no finite number is null."""
    names = ("point", "median", "low", "high", "runs", "diverged")
    table = [{name: _plain(row[name]) for name in names} for row in found.table.to_dict("records")]
    best = table[0]["point"] if table and table[0]["median"] is not None else None
    return {"by": found.by, "best": best, "verdict": list(found.verdict), "table": table}


def _plain(value: Any) -> int | float | None:
    if isinstance(value, (int, np.integer)):
        return int(value)
    return float(value) if math.isfinite(value) else None
