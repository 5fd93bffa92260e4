"""The record of all runs in one file: the door to everything else in this folder. Never sees torch or a terminal."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..events import Changed, Event, Finding, RunStarted
from . import catalog, files, reading, replay
from .committer import Committer
from .failures import explained
from .records import Frames, RunRecord, Series
from .writer import RunWriter

AnyRun: TypeAlias = str | RunRecord


class Store:
    """Recorded runs in `runs.db`. Any number of processes may read while any number write.

    Wherever a run is asked for, a `RunRecord` or what `find` understands will do. All methods raise `StoreError`
    where the file cannot be read or written, and `UserMistake` for a run, series, instrument or step that is not there.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time, patience: float | None = None) -> None:
        self.path = path
        self._clock = clock
        self._committer = Committer(path, clock, patience)

    @classmethod
    def open(
        cls,
        place: str | os.PathLike[str],
        create: bool = True,
        clock: Callable[[], float] = time.time,
        patience: float | None = None,
    ) -> Self:
        """The record in a home folder, or in a file whose name ends in .db.

        With `create` a missing folder and file are made, and a file that cannot be written is refused. Without, nothing
        is made: a missing file has no runs, and a read-only one is read. An older schema is migrated. `patience` is how
        many seconds it waits for a file that another process has locked (30), before `LockedError`. Raises
        `StoreError` for a file that is damaged, not ours, or written by a newer loopscope.
        """
        path = files.database_path(place)
        files.prepare(path, create, patience)
        return cls(path, clock, patience)

    def wait_for_others(self, seconds: float) -> None:
        """From now on, wait so long for another process that keeps the file locked while this one writes."""
        self._committer.patience = seconds

    def close(self) -> None:
        """Close the writers that are still open."""
        self._committer.finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def writer(self, started: RunStarted) -> RunWriter:
        """Begin to record a run; its row is in the file when this returns."""
        return RunWriter(self._committer, self._committer.begin(started))

    def resume(self, run: AnyRun, step: int) -> RunWriter:
        """Go on recording a run that was cut short, as it was after `step`; whatever it has after that is dropped.

        Step -1 is before everything, what was measured at step 0 included. Raises `UserMistake` for a run that is
        being recorded.
        """
        return RunWriter(self._committer, self._committer.resume(self._record(run), step))

    def runs(self, limit: int | None = None, search: str = "") -> list[RunRecord]:
        """Runs, newest first, with `search` in id, name, status, source, fingerprint, notes or a tag."""
        if not files.exists(self.path):
            return []
        with self._reading() as database:
            return catalog.select_runs(database, self._clock(), limit, search)

    def find(self, text: str) -> RunRecord:
        """The run meant by an id, an unambiguous beginning or end of one, a name (the latest), "last", or -1, -2 …"""
        with self._reading() as database:
            return catalog.find_run(database, self._clock(), text, self.path)

    def series_names(self, run: AnyRun) -> list[str]:
        """Names of the scalar series: loss, penalty, lr, epoch, samples_seen, then instrument.key as first measured."""
        with self._reading_run(run) as (database, key):
            return reading.series_names(database, key)

    def series(self, run: AnyRun, name: str, points: int | None = None) -> Series:
        """One series; with `points` (8 or more) at most so many, of which first, last and all extremes stay."""
        with self._reading_run(run) as (database, key):
            return reading.series(database, key, name, points)

    def last_values(
        self, runs: Sequence[RunRecord], names: Sequence[str], instruments: Sequence[str]
    ) -> dict[str, dict[str, float]]:
        """By run id, the last values of own series (loss, lr, …) and of all that these instruments measured.

        Cheap, however long the runs, and however many: they are read at once. A run deleted since has none.
        """
        with self._reading() as database:
            return reading.last_values(database, [run.id for run in runs], names, instruments)

    def instruments(self, run: AnyRun) -> list[str]:
        """Instruments that recorded anything."""
        with self._reading_run(run) as (database, key):
            return reading.instruments(database, key)

    def array_names(self, run: AnyRun, instrument: str) -> list[str]:
        """Names of the arrays an instrument recorded."""
        with self._reading_run(run) as (database, key):
            return reading.array_names(database, key, instrument)

    def frame_steps(self, run: AnyRun, instrument: str) -> NDArray[np.int64]:
        """Steps (n,), ascending, of which the instrument's arrays were kept."""
        with self._reading_run(run) as (database, key):
            return reading.frame_steps(database, key, instrument)

    def frames(self, run: AnyRun, instrument: str, key: str) -> Frames:
        """All kept frames of one of an instrument's arrays."""
        with self._reading_run(run) as (database, row):
            return reading.frames(database, row, instrument, key)

    def frame(self, run: AnyRun, instrument: str, step: int) -> dict[str, NDArray[Any]]:
        """An instrument's arrays by name, at the nearest kept step at or before `step`."""
        with self._reading_run(run) as (database, key):
            return reading.frame(database, key, instrument, step)

    def findings(self, run: AnyRun) -> list[Finding]:
        """What diagnoses said, in order of step."""
        with self._reading_run(run) as (database, key):
            return [each.finding for each in reading.found(database, key)]

    def changes(self, run: AnyRun) -> list[Changed]:
        """Settings that were changed while the loop ran, in order of step."""
        with self._reading_run(run) as (database, key):
            return reading.changes(database, key)

    def events(self, run: AnyRun) -> Iterator[Event]:
        """Everything recorded as events again, in order of step, as it is at the first one taken."""
        record = self._record(run)
        with self._reading_run(record) as (database, key):
            database.execute("BEGIN")  # one view of the file to the end, also while it is written
            yield from replay.events(database, key, record)

    def set_notes(self, run: AnyRun, text: str) -> None:
        """Replace a run's notes."""
        record = self._record(run)
        with self._connected("write to") as database:
            catalog.set_notes(database, record.id, text)

    def set_tags(self, run: AnyRun, tags: Sequence[str]) -> None:
        """Replace a run's tags."""
        record = self._record(run)
        with self._connected("write to") as database:
            catalog.set_tags(database, record.id, tags)

    def delete(self, run: AnyRun) -> None:
        """Remove a run and give its space back. Raises `UserMistake` for one that is being recorded."""
        record = self.find(run.id if isinstance(run, RunRecord) else run)  # its status by now
        with self._connected("delete from") as database:
            catalog.delete_run(database, record)
        files.checkpoint_path(self.path.parent, record.id).unlink(missing_ok=True)
        shutil.rmtree(files.shared_checkpoints_path(self.path.parent, record.id), ignore_errors=True)

    def _record(self, run: AnyRun) -> RunRecord:
        return run if isinstance(run, RunRecord) else self.find(run)

    @contextmanager
    def _reading_run(self, run: AnyRun) -> Generator[tuple[sqlite3.Connection, int], None, None]:
        with self._reading() as database:
            if not isinstance(run, RunRecord):
                run = catalog.find_run(database, self._clock(), run, self.path)
            yield database, catalog.key_of(database, run.id)

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection, None, None]:
        if not files.exists(self.path):
            raise catalog.nothing_recorded(self.path)
        with self._connected("read") as database:
            yield database

    @contextmanager
    def _connected(self, doing: str) -> Generator[sqlite3.Connection, None, None]:
        """A connection of its own for each question: cheap (0.3 ms), and safe across threads and forks."""
        with explained(doing, self.path):
            database = files.connect(self.path)
            try:
                yield database
            finally:
                database.close()
