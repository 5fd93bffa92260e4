"""A recorded run in the hand: series, frames, figures. Never sees torch; reads the store, changes nothing in it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..events import Changed, Event, Finding
from ..experiment import Experiment, validate
from ..store import Frames, RunRecord, Series, Store
from .home import home_folder

if TYPE_CHECKING:
    from .plotting import Plots

FIGURES = (("loss",), ("loss", "metrics"))
"""Own series and instruments whose last values sum a run up."""
HIGHER_IS_BETTER = ("accuracy", "r2")


class Run:
    """One run of the record. Made by `open_run` and `list_runs`, and handed back by an engine or a recorder.

    What is read is what is in the file by then: while the run goes on, ask again.
    """

    def __init__(self, record: RunRecord, store: Store) -> None:
        self.record = record
        self.store = store
        self._experiment: Experiment | None = None

    @property
    def id(self) -> str:
        """The run's id, which sorts by time."""
        return self.record.id

    @property
    def name(self) -> str:
        """What it was called."""
        return self.record.name

    @property
    def status(self) -> str:
        """finished, stopped, diverged or failed; running, or interrupted where its process is gone."""
        return self.record.status

    @property
    def resumable(self) -> bool:
        """Whether it was cut short, and `loopscope.resume` can go on with it."""
        return self.record.resumable

    @property
    def reason(self) -> str:
        """Why it ended, in a sentence; empty before it has."""
        return self.record.reason

    @property
    def started(self) -> float:
        """When it began [seconds since the epoch, UTC]."""
        return self.record.started

    @property
    def seconds(self) -> float:
        """How long it took, or has taken so far [s]."""
        return self.record.seconds

    @property
    def steps(self) -> int:
        """Optimizer steps taken."""
        return self.record.last_step

    @property
    def experiment(self) -> Experiment | None:
        """What was asked; None for somebody's own script. Raises `UserMistake` where this version cannot read it."""
        if self._experiment is None and self.record.experiment is not None:
            self._experiment = validate(dict(self.record.experiment))
        return self._experiment

    @property
    def path(self) -> Path:
        """The file that holds it."""
        return self.store.path

    @property
    def facts(self) -> Mapping[str, Any]:
        """What was found out at the start: task, rows, classes, device and why."""
        return self.record.facts

    def series_names(self) -> list[str]:
        """Names of the scalar series: loss, penalty, lr, epoch, samples_seen, then `instrument.key`."""
        return self.store.series_names(self.record)

    def series(self, name: str, points: int | None = None) -> Series:
        """A scalar over the run: `steps` (n,) and `values` (n,); with `points`, thinned with all extremes kept.

        Raises `UserMistake` for a name that was not recorded, with the nearest that was.
        """
        return self.store.series(self.record, name, points)

    def instruments(self) -> list[str]:
        """Instruments that recorded anything."""
        return self.store.instruments(self.record)

    def array_names(self, instrument: str) -> list[str]:
        """Names of the arrays an instrument recorded."""
        return self.store.array_names(self.record, instrument)

    def frames(self, instrument: str, key: str) -> Frames:
        """An instrument's array at every step that was kept."""
        return self.store.frames(self.record, instrument, key)

    def frame(self, instrument: str, step: int) -> dict[str, NDArray[Any]]:
        """An instrument's arrays by name, at the nearest kept step at or before `step`."""
        return self.store.frame(self.record, instrument, step)

    def events(self) -> Iterator[Event]:
        """Everything recorded, as events again, in order of step."""
        return self.store.events(self.record)

    @property
    def findings(self) -> list[Finding]:
        """What diagnoses said."""
        return self.store.findings(self.record)

    @property
    def changes(self) -> list[Changed]:
        """Settings that were changed while it ran."""
        return self.store.changes(self.record)

    @cached_property
    def plot(self) -> Plots:
        """Figures of this run: `run.plot.loss()`, `run.plot.surface()`, …"""
        from .plotting import Plots  # Matplotlib is loaded only by whoever draws

        return Plots(self)

    def summary(self) -> dict[str, Any]:
        """`{"run", "name", "status", "reason", "steps", "seconds", "train": {…}, "test": {…}}`: last figures by side.

        `loss.train` becomes `train["loss"]` and `metrics.test_accuracy` `test["accuracy"]`. Where no whole-set loss was
        recorded, `train["loss"]` is that of the last batch.
        """
        return summaries([self])[0]

    def best(self, name: str) -> tuple[int, float]:
        """The step at which a series was best for the first time, and its value there; NaN is never best.

        Accuracy and R² are best where highest, everything else (losses, errors, perplexity) where lowest. Raises
        `UserMistake` for a name that was not recorded.
        """
        series = self.series(name)
        upwards = any(word in name for word in HIGHER_IS_BETTER)
        values = np.where(np.isnan(series.values), -np.inf, series.values if upwards else -series.values)
        place = int(np.argmax(values))
        return int(series.steps[place]), float(series.values[place])

    def __repr__(self) -> str:
        return f"<Run {self.id}: {self.status}, {self.steps:,} steps, {self.seconds:.1f} s>"

    def _repr_html_(self) -> str:
        """A small table, for notebooks."""
        summary = self.summary()
        rows = [("status", self.status), ("steps", f"{self.steps:,}"), ("seconds", f"{self.seconds:.1f}")]
        rows += [(f"{side} {k}", f"{v:.4g}") for side in ("train", "test") for k, v in summary[side].items()]
        cells = "".join(f"<tr><th>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in rows)
        return f"<table><caption>{escape(self.id)}</caption>{cells}</table>"


def open_run(text: str = "last", home: str | os.PathLike[str] | None = None) -> Run:
    """The run meant by an id, an unambiguous beginning or end of one, a name (the latest), or "last".

    Raises `UserMistake` where there is none, with the nearest there is.
    """
    store = _store(home)
    return Run(store.find(text), store)


def list_runs(home: str | os.PathLike[str] | None = None, limit: int | None = None, search: str = "") -> list[Run]:
    """All recorded runs, newest first; none where nothing was recorded yet."""
    store = _store(home)
    return [Run(record, store) for record in store.runs(limit, search)]


def summaries(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """`run.summary()` of many runs of one record, which is asked once for all of them."""
    if not runs:
        return []
    last = runs[0].store.last_values([run.record for run in runs], *FIGURES)
    return [_summary(run, last[run.id]) for run in runs]


def delete_run(text: str, home: str | os.PathLike[str] | None = None) -> str:
    """Remove a run for good; its id. Raises `UserMistake` where there is none, or where it is being recorded."""
    run = open_run(text, home)
    run.store.delete(run.record)
    return run.id


def _summary(run: Run, last: Mapping[str, float]) -> dict[str, Any]:
    sides: dict[str, dict[str, float]] = {"train": {}, "test": {}}
    for name, value in last.items():
        where = _side_and_figure(name)
        if where is not None:
            sides[where[0]][where[1]] = value
    if "loss" in last:
        sides["train"].setdefault("loss", last["loss"])
    head = {"run": run.id, "name": run.name, "status": run.status, "reason": run.reason}
    return {**head, "steps": run.steps, "seconds": run.seconds, **sides}


def _store(home: str | os.PathLike[str] | None) -> Store:
    return Store.open(Path(home) if home is not None else home_folder(), create=False)


def _side_and_figure(series: str) -> tuple[str, str] | None:
    """("test", "accuracy") of "metrics.test_accuracy"; None for a series that is no figure of a side."""
    instrument, _, key = series.partition(".")
    if instrument == "loss" and key in ("train", "test"):
        return key, "loss"
    side, _, figure = key.partition("_")
    return (side, figure) if instrument == "metrics" and side in ("train", "test") and figure else None
