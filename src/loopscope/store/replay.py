"""A stored run as the stream of events it once was. Never writes; reads arrays only when their turn comes."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np

from ..events import Changed, Event, Found, Measured, RunEnded, RunStarted, StepEnded
from . import reading
from .ledger import OWN, STEP_FIELDS
from .records import RunRecord

Placed: TypeAlias = tuple[int, int, Event]  # step, then what comes first within a step
BLOCK = 8192  # steps turned into Python numbers at once, so that a million do not stand in memory twice


def events(database: sqlite3.Connection, run: int, record: RunRecord) -> Iterator[Event]:
    """Everything recorded, in order of step: the step itself, what was measured after it, found, changed.

    Of arrays the kept frames appear. `PhaseEnded` is never stored. A run without an end has no `RunEnded`.
    """
    yield started(record)
    measured = [_measured(database, run, name, rank) for rank, name in enumerate(reading.instruments(database, run), 1)]
    rare: list[Changed | Found] = [*reading.found(database, run), *reading.changes(database, run)]
    last = len(measured) + 1
    noted = sorted(((event.step, last, event) for event in rare), key=lambda placed: placed[0])
    for _, _, event in heapq.merge(_steps(database, run), *measured, noted, key=lambda placed: placed[:2]):
        yield event
    if record.ended is not None and record.status not in ("running", "interrupted"):
        yield RunEnded(record.last_step, record.status, record.reason, record.ended, record.end_facts)


def started(record: RunRecord) -> RunStarted:
    """The event with which a run began."""
    return RunStarted(
        run=record.id,
        name=record.name,
        started=record.started,
        source=record.source,
        experiment=record.experiment,
        versions=record.versions,
        machine=record.machine,
        facts=record.facts,
    )


def _steps(database: sqlite3.Connection, run: int) -> Iterator[Placed]:
    tracks = _tracks(database, run, "points", OWN)
    if not tracks:
        return
    columns = [reading.series_of_track(database, tracks[name]) for name in STEP_FIELDS]
    order = np.argsort(columns[0].steps, kind="stable")
    for start in range(0, len(order), BLOCK):
        rows = order[start : start + BLOCK]
        values = (column.values[rows].tolist() for column in columns)
        for step, loss, penalty, lr, epoch, samples_seen in zip(columns[0].steps[rows].tolist(), *values, strict=True):
            yield step, 0, StepEnded(step, int(epoch), int(samples_seen), loss, penalty, lr)


def _measured(database: sqlite3.Connection, run: int, instrument: str, rank: int) -> Iterator[Placed]:
    """What an instrument measured at each step; where it spoke twice in one, a repeated name begins a second event."""
    tracks = _tracks(database, run, "points", instrument)
    points = heapq.merge(*(_named(name, database, track) for name, track in tracks.items()), key=lambda p: p[0])
    frames = _tracks(database, run, "frames", instrument)
    waiting = sorted({int(step) for step in reading.frame_steps(database, run, instrument)}, reverse=True)
    for step, rounds in _grouped(points):
        while waiting and waiting[-1] < step:
            early = waiting.pop()
            yield early, rank, Measured(early, instrument, {}, reading.frame_at(database, frames, early))
        here = bool(waiting) and waiting[-1] == step
        arrays = reading.frame_at(database, frames, waiting.pop()) if here else {}
        for number, values in enumerate(rounds):
            yield step, rank, Measured(step, instrument, values, arrays if number == 0 else {})
    for late in reversed(waiting):
        yield late, rank, Measured(late, instrument, {}, reading.frame_at(database, frames, late))


def _named(name: str, database: sqlite3.Connection, track: int) -> Iterator[tuple[int, str, float]]:
    series = reading.series_of_track(database, track)
    for row in np.argsort(series.steps, kind="stable"):
        yield int(series.steps[row]), name, float(series.values[row])


def _grouped(points: Iterable[tuple[int, str, float]]) -> Iterator[tuple[int, list[dict[str, float]]]]:
    """Points of one step together, as few mappings as hold them all."""
    current: int | None = None
    rounds: list[dict[str, float]] = []
    for step, name, value in points:
        if step != current:
            if current is not None:
                yield current, rounds
            current, rounds = step, [{}]
        free = next((values for values in rounds if name not in values), None)
        if free is None:
            rounds.append(free := {})
        free[name] = value
    if current is not None:
        yield current, rounds


def _tracks(database: sqlite3.Connection, run: int, kind: str, instrument: str) -> dict[str, int]:
    query = "SELECT name, key FROM tracks WHERE run = ? AND kind = ? AND instrument = ? ORDER BY key"
    return dict(database.execute(query, (run, kind, instrument)).fetchall())
