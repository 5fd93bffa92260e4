"""What one run has yet to write, and the SQL that writes it. Never opens a transaction, waits, or starts a thread."""

from __future__ import annotations

import operator
import sqlite3
from dataclasses import asdict
from typing import TypeAlias

import numpy as np

from ..errors import StoreError, mistake
from ..events import Changed, Event, Found, Measured, RunEnded, RunStarted, StepEnded
from .chunks import recordable
from .plain import fingerprint, sound, to_text
from .records import RunRecord, derived_status
from .tracks import FrameLine, Points

OWN = ""
"""The instrument of a step's own numbers: they are recorded without one in front of their name."""

STEP_FIELDS = ("loss", "penalty", "lr", "epoch", "samples_seen")
HEARTBEAT_S = 5.0

INSERT_RUN = """
INSERT INTO runs (id, name, source, started, experiment, fingerprint, versions, machine, facts,
                  writer_pid, writer_host, heartbeat)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

SIGN = """
UPDATE runs SET last_step = ?, heartbeat = ?, writer_pid = CASE WHEN ? THEN NULL ELSE writer_pid END
WHERE key = ? AND id = ?
"""

END_RUN = """
UPDATE runs SET status = ?, reason = ?, ended = ?, end_facts = ?, last_step = max(last_step, ?) WHERE key = ?
"""

REOPEN_RUN = """
UPDATE runs SET status = 'running', reason = '', ended = NULL, end_facts = '{}', facts = ?, last_step = ?,
                writer_pid = ?, writer_host = ?, heartbeat = ? WHERE key = ?
"""

Rare: TypeAlias = Changed | Found | RunEnded


class Ledger:
    """The state of one run that is being recorded.

    `pending` is filled by the training thread and emptied by whoever commits: appending to a list, copying its front
    and deleting that front are each atomic in Python, so neither side needs a lock.
    """

    def __init__(self, key: int, run: str, now: float) -> None:
        self.run = run
        self.pending: list[Event] = []
        self.refusal: str | None = None  # set once: why nothing more is taken
        self.told = False  # whether somebody has heard the refusal
        self.leaving = False
        self.last_step = 0
        self.committed_step = 0
        self._key = key
        self._own = [Points(key, OWN, name) for name in STEP_FIELDS]
        self._points: dict[tuple[str, str], Points] = {}
        self._frames: dict[tuple[str, tuple[str, ...]], FrameLine] = {}
        self._rare: list[Rare] = []
        self._heartbeat = now
        self._fresh = False
        self._broken = False

    def resume(self, database: sqlite3.Connection, step: int) -> None:
        """Go on with what the file has of the run, without what it has after `step`."""
        arrays: dict[str, list[str]] = {}
        query = "SELECT kind, instrument, name FROM tracks WHERE run = ? ORDER BY key"
        for kind, instrument, name in database.execute(query, (self._key,)).fetchall():
            if kind == "frames":
                arrays.setdefault(instrument, []).append(name)
            elif instrument != OWN:
                self._points[instrument, name] = Points(self._key, instrument, name)
        for instrument, names in arrays.items():
            self._frames[instrument, tuple(names)] = FrameLine(self._key, instrument, tuple(names))
        for track in (*self._own, *self._points.values(), *self._frames.values()):
            track.resume(database, step)
        for table in ("changes", "findings"):
            database.execute(f"DELETE FROM {table} WHERE run = ? AND step > ?", (self._key, step))
        self.last_step = self.committed_step = max(step, 0)

    def collect(self) -> bool:
        """Sort what is pending into tracks; whether the ledger may be written.

        A value that cannot be recorded becomes the refusal; everything else that is pending is still taken.
        """
        count = len(self.pending)
        batch = self.pending[:count]
        del self.pending[:count]
        if count and not self._broken:
            self._take_steps([event for event in batch if isinstance(event, StepEnded)])
            for event in batch:
                self._take(event)
            self._fresh = True
        return not self._broken

    def refuse(self, why: str) -> None:
        """Take and write nothing more: what is in memory may no longer agree with what is in the file."""
        self.refusal = self.refusal or why
        self._broken = True
        self.pending.clear()

    def is_due(self, now: float) -> bool:
        """Whether there is anything to write, were it only a sign of life."""
        return self._fresh or self.leaving or abs(now - self._heartbeat) >= HEARTBEAT_S

    def write(self, database: sqlite3.Connection, now: float) -> None:
        """Bring the file up to date, inside the caller's transaction.

        Where somebody has deleted the run, its row may be another's by now: the ledger refuses, and writes nothing.
        """
        mark = (self.last_step, now, self.leaving, self._key, sound(self.run))
        if database.execute(SIGN, mark).rowcount == 0:
            self.refuse(f"run {self.run} was deleted while it was being recorded; nothing more of it can be recorded.")
            return
        for points in (*self._own, *self._points.values()):
            points.write(database)
        for line in self._frames.values():
            line.write(database)
        for event in self._rare:
            self._write_rare(database, event, now)

    def committed(self, now: float) -> None:
        """The transaction is in the file."""
        if self._broken:
            return
        self.committed_step = self.last_step
        self._heartbeat = now
        self._fresh = False
        self._rare = []

    def _take_steps(self, batch: list[StepEnded]) -> None:
        if not batch:
            return
        steps = [event.step for event in batch]
        try:
            for name, points in zip(STEP_FIELDS, self._own, strict=True):
                points.extend(steps, list(map(operator.attrgetter(name), batch)))
        except StoreError as error:
            self.refusal = self.refusal or str(error)
        self.last_step = steps[-1]

    def _take(self, event: Event) -> None:
        if isinstance(event, StepEnded):
            return
        if isinstance(event, Measured):
            try:
                self._take_measured(event)
            except StoreError as error:
                self.refusal = self.refusal or str(error)
        elif isinstance(event, (Changed, Found, RunEnded)):
            self._rare.append(event)

    def _take_measured(self, event: Measured) -> None:
        for name, value in event.values.items():
            points = self._points.get((event.instrument, name))
            if points is None:
                points = self._points[event.instrument, name] = Points(self._key, event.instrument, name)
            points.add(event.step, value)
        if event.arrays:
            self._take_arrays(event)

    def _take_arrays(self, event: Measured) -> None:
        names = tuple(event.arrays)
        line = self._frames.get((event.instrument, names))
        if line is None:
            line = self._frames[event.instrument, names] = FrameLine(self._key, event.instrument, names)
        line.add(event.step, {name: recordable(name, np.asarray(value)) for name, value in event.arrays.items()})

    def _write_rare(self, database: sqlite3.Connection, event: Rare, now: float) -> None:
        if isinstance(event, Changed):
            row = (self._key, event.step, sound(event.field), to_text(event.old), to_text(event.new))
            database.execute("INSERT INTO changes (run, step, field, old, new) VALUES (?, ?, ?, ?, ?)", row)
        elif isinstance(event, Found):
            finding = event.finding
            row = (self._key, event.step, sound(finding.cause), finding.severity, to_text(asdict(finding)))
            database.execute("INSERT INTO findings (run, step, cause, severity, finding) VALUES (?, ?, ?, ?, ?)", row)
        else:
            row = (event.status, sound(event.reason), event.ended or now, to_text(event.facts), event.step, self._key)
            database.execute(END_RUN, row)


def insert_run(database: sqlite3.Connection, started: RunStarted, pid: int, host: str, now: float) -> int:
    """Write the row of a run that begins; its key. Raises `UserMistake` where the id is taken."""
    if database.execute("SELECT 1 FROM runs WHERE id = ?", (sound(started.run),)).fetchone() is not None:
        raise mistake("run", started.run, "an id that is not taken", "Make one with new_run_id.")
    experiment = started.experiment
    known = started.facts.get("fingerprint")
    mark = str(known) if known else fingerprint(experiment) if experiment is not None else None
    row = (
        sound(started.run),
        sound(started.name),
        sound(started.source),
        started.started,
        None if experiment is None else to_text(experiment),
        mark,
        *(to_text(part) for part in (started.versions, started.machine, started.facts)),
        pid,
        host,
        now,
    )
    key = database.execute(INSERT_RUN, row).lastrowid
    assert key is not None, "an INSERT has a row"
    return key


def reopen_run(database: sqlite3.Connection, record: RunRecord, step: int, pid: int, host: str, now: float) -> int:
    """Have the row of a run that was cut short say that it goes on after `step`; its key.

    Raises `UserMistake` where it has been deleted, or somebody records it meanwhile.
    """
    query = "SELECT key, status, writer_pid, writer_host, heartbeat FROM runs WHERE id = ?"
    row = database.execute(query, (record.id,)).fetchone()
    if row is None or derived_status(row[1], row[2], row[3], row[4], now) == "running":
        problem = "It is being recorded; stop it first." if row else "It has been deleted; see loopscope runs."
        raise mistake("run", record.id, "a run that has ended and is still there", problem)
    facts = {**record.facts, "resumed": [*record.facts.get("resumed", ()), max(step, 0)]}
    mark = (to_text(facts), max(step, 0), pid, host, now, row[0])
    database.execute(REOPEN_RUN, mark)
    return int(row[0])
