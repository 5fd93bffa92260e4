"""A run's curves, frames, changes and findings, read from the tables. Never writes, and never sees an experiment."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import mistake, unknown
from ..events import Changed, Finding, Found, Where
from . import chunks, decimate
from .plain import from_text, to_text
from .records import Frames, Series

PUBLIC_NAME = "CASE instrument WHEN '' THEN name ELSE instrument || '.' || name END"


def series_names(database: sqlite3.Connection, run: int) -> list[str]:
    """Names of all scalar series, in the order they first appeared."""
    query = f"SELECT {PUBLIC_NAME} FROM tracks WHERE run = ? AND kind = 'points' ORDER BY key"
    return [row[0] for row in database.execute(query, (run,))]


def series(database: sqlite3.Connection, run: int, name: str, points: int | None) -> Series:
    """One series, whole, or thinned to at most `points` of which the extremes stay."""
    query = f"SELECT key FROM tracks WHERE run = ? AND kind = 'points' AND {PUBLIC_NAME} = ? ORDER BY key"
    row = database.execute(query, (run, name)).fetchone()
    if row is None:
        raise unknown("series", name, series_names(database, run))
    whole = series_of_track(database, row[0])
    if points is None:
        return whole
    kept = decimate.kept(whole.values, points)
    return Series(whole.steps[kept], whole.values[kept])


def series_of_track(database: sqlite3.Connection, track: int) -> Series:
    """All points of a track, in the order recorded."""
    query = "SELECT count, steps, points FROM chunks WHERE track = ? ORDER BY number"
    rows = database.execute(query, (track,)).fetchall()
    steps = [chunks.unpack_steps(packed, count) for count, packed, _ in rows]
    values = [chunks.unpack_values(packed, count) for count, _, packed in rows]
    return Series(
        np.concatenate(steps) if steps else np.empty(0, np.int64),
        np.concatenate(values) if values else np.empty(0, np.float64),
    )


def last_values(
    database: sqlite3.Connection, runs: Sequence[str], names: Sequence[str], instruments: Sequence[str]
) -> dict[str, dict[str, float]]:
    """By run, the last value of these of its own series, and of all series of these instruments; one question for all.

    It is read from the last chunk alone.
    """
    ids = database.execute("SELECT key, id FROM runs WHERE id IN (SELECT value FROM json_each(?))", (to_text(runs),))
    by_key: dict[int, dict[str, float]] = {}
    found: dict[str, dict[str, float]] = {run: {} for run in runs}
    for key, run in ids:
        by_key[key] = found[run]
    query = f"""
    SELECT run, {PUBLIC_NAME}, count, points FROM tracks JOIN chunks ON track = tracks.key
    WHERE run IN (SELECT value FROM json_each(:runs)) AND kind = 'points'
    AND (instrument IN (SELECT value FROM json_each(:instruments))
         OR instrument = '' AND name IN (SELECT value FROM json_each(:names)))
    AND number = (SELECT max(number) FROM chunks WHERE track = tracks.key)
    ORDER BY tracks.key
    """
    asked = {"runs": to_text(list(by_key)), "instruments": to_text(instruments), "names": to_text(names)}
    for key, name, count, packed in database.execute(query, asked):
        by_key[key][name] = chunks.last_value(packed, count)
    return found


def instruments(database: sqlite3.Connection, run: int) -> list[str]:
    """Instruments that recorded anything, in the order of their first commit."""
    query = "SELECT instrument FROM tracks WHERE run = ? AND instrument != '' GROUP BY instrument ORDER BY min(key)"
    return [row[0] for row in database.execute(query, (run,))]


def array_names(database: sqlite3.Connection, run: int, instrument: str) -> list[str]:
    """Names of an instrument's arrays. Raises `UserMistake` for an instrument that recorded nothing."""
    return list(_frame_tracks(database, run, instrument))


def frame_steps(database: sqlite3.Connection, run: int, instrument: str) -> NDArray[np.int64]:
    """Steps (n,), ascending, at which the instrument has any array."""
    tracks = list(_frame_tracks(database, run, instrument).values())
    marks = ", ".join("?" * len(tracks))
    query = f"SELECT DISTINCT step FROM frames WHERE track IN ({marks}) ORDER BY step"
    return np.array([row[0] for row in database.execute(query, tracks)], dtype=np.int64)


def frames(database: sqlite3.Connection, run: int, instrument: str, name: str) -> Frames:
    """All kept frames of one array, by step."""
    tracks = _frame_tracks(database, run, instrument)
    if name not in tracks:
        raise unknown(f"array of {instrument}", name, tracks)
    query = "SELECT step, dtype, shape, cells FROM frames WHERE track = ? ORDER BY step"
    rows = database.execute(query, (tracks[name],)).fetchall()
    return Frames(np.array([row[0] for row in rows], dtype=np.int64), [chunks.unpack_array(*row[1:]) for row in rows])


def frame(database: sqlite3.Connection, run: int, instrument: str, step: int) -> dict[str, NDArray[Any]]:
    """The instrument's arrays at the nearest kept step at or before `step`."""
    steps = frame_steps(database, run, instrument)
    place = int(np.searchsorted(steps, step, side="right")) - 1
    if place < 0:
        allowed = f"{steps[0]} or later" if len(steps) else f"nothing, {instrument} kept no arrays"
        raise mistake("step", step, allowed)
    return frame_at(database, _frame_tracks(database, run, instrument), int(steps[place]))


def frame_at(database: sqlite3.Connection, tracks: dict[str, int], step: int) -> dict[str, NDArray[Any]]:
    """The arrays that have a frame at exactly `step`."""
    query = "SELECT dtype, shape, cells FROM frames WHERE track = ? AND step = ?"
    rows = {name: database.execute(query, (track, step)).fetchone() for name, track in tracks.items()}
    return {name: chunks.unpack_array(*row) for name, row in rows.items() if row is not None}


def changes(database: sqlite3.Connection, run: int) -> list[Changed]:
    """Settings changed while the loop ran, in order. Tuples come back as lists."""
    query = "SELECT step, field, old, new FROM changes WHERE run = ? ORDER BY step, key"
    rows = database.execute(query, (run,))
    return [Changed(step, field, from_text(old), from_text(new)) for step, field, old, new in rows]


def found(database: sqlite3.Connection, run: int) -> list[Found]:
    """What diagnoses said, in order."""
    query = "SELECT step, finding FROM findings WHERE run = ? ORDER BY step, key"
    return [Found(step, _finding(from_text(text))) for step, text in database.execute(query, (run,))]


def _finding(fields: dict[str, Any]) -> Finding:
    where = fields.pop("where", None)
    return Finding(**fields, where=Where(**where) if where else None)


def _frame_tracks(database: sqlite3.Connection, run: int, instrument: str) -> dict[str, int]:
    query = "SELECT name, key FROM tracks WHERE run = ? AND kind = 'frames' AND instrument = ? ORDER BY key"
    tracks = dict(database.execute(query, (run, instrument)).fetchall())
    if not tracks and instrument not in instruments(database, run):
        raise unknown("instrument", instrument, instruments(database, run))
    return tracks
