"""One recorded thing growing: points of a scalar, frames of an array. Knows SQL for its own rows, never an event.

Both are used by one thread at a time, inside a transaction that somebody else opens.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import StoreError, shown
from . import chunks
from .plain import sound
from .thinning import keeps, per_octave_for

SAVE_CHUNK = """
INSERT INTO chunks (track, number, count, steps, points) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (track, number) DO UPDATE SET count = excluded.count, steps = excluded.steps, points = excluded.points
"""
SAVE_FRAME = """
INSERT INTO frames (track, step, dtype, shape, cells) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (track, step) DO UPDATE SET dtype = excluded.dtype, shape = excluded.shape, cells = excluded.cells
"""

Arrays = Mapping[str, NDArray[Any]]


def track_key(
    database: sqlite3.Connection, run: int, kind: Literal["points", "frames"], instrument: str, name: str
) -> int:
    """The row of a track, made where there is none yet."""
    place = (run, kind, sound(instrument), sound(name))
    database.execute("INSERT OR IGNORE INTO tracks (run, kind, instrument, name) VALUES (?, ?, ?, ?)", place)
    found = database.execute(
        "SELECT key FROM tracks WHERE run = ? AND kind = ? AND instrument = ? AND name = ?", place
    ).fetchone()
    return int(found[0])


class Points:
    """A scalar's points. Full chunks are written once; what is left over, at most a chunk, at every write."""

    def __init__(self, run: int, instrument: str, name: str) -> None:
        self._place = (run, instrument, name)
        self._key: int | None = None
        self._number = 0
        self._dirty = False
        self._steps = array("q")  # plain buffers: 16 bytes a point, where two lists would take 72
        self._values = array("d")

    def resume(self, database: sqlite3.Connection, step: int) -> None:
        """Go on where the file has this track, without what it has after `step`. Steps must have come in order."""
        run, instrument, name = self._place
        self._key = track_key(database, run, "points", instrument, name)
        query = "SELECT number, count, steps, points FROM chunks WHERE track = ? ORDER BY number DESC"
        for number, count, steps, values in database.execute(query, (self._key,)).fetchall():
            numbers = chunks.unpack_steps(steps, count)
            stay = int(np.searchsorted(numbers, step, side="right"))
            database.execute("DELETE FROM chunks WHERE track = ? AND number = ?", (self._key, number))
            if stay:
                self._number = number
                self.extend(numbers[:stay].tolist(), chunks.unpack_values(values, count)[:stay].tolist())
                self.write(database)
                return
        self._number = 0

    def add(self, step: int, value: float) -> None:
        """One point. Raises `StoreError` where `value` is no number."""
        self.extend([step], [value])

    def extend(self, steps: list[int], values: list[float]) -> None:
        """Many points, all or none of them. Raises `StoreError` where a value is no number."""
        try:
            more_steps, more_values = array("q", steps), array("d", values)
        except (TypeError, ValueError, OverflowError) as error:
            raise StoreError(self._not_a_number(steps, values, error)) from error
        self._steps += more_steps
        self._values += more_values
        self._dirty = True

    def write(self, database: sqlite3.Connection) -> None:
        """Bring the file up to date."""
        if not self._dirty:
            return
        if self._key is None:
            run, instrument, name = self._place
            self._key = track_key(database, run, "points", instrument, name)
        while len(self._steps) >= chunks.CHUNK:
            self._write_chunk(database, chunks.CHUNK)
            del self._steps[: chunks.CHUNK], self._values[: chunks.CHUNK]
            self._number += 1
        if self._steps:
            self._write_chunk(database, len(self._steps))
        self._dirty = False

    def _not_a_number(self, steps: list[int], values: list[float], error: Exception) -> str:
        _, instrument, name = self._place
        field = f"{instrument}.{name}" if instrument else name
        wrong: object = next((value for value in values if not hasattr(value, "__float__")), error)
        return f"{field} near step {steps[0]} is {shown(wrong)}; allowed a number. Convert it with float(…) first."

    def _write_chunk(self, database: sqlite3.Connection, count: int) -> None:
        full = count == chunks.CHUNK
        steps = np.array(self._steps[:count], dtype=np.int64)
        values = np.array(self._values[:count], dtype=np.float64)
        packed = (chunks.pack_steps(steps, full), chunks.pack_values(values, full))
        database.execute(SAVE_CHUNK, (self._key, self._number, count, *packed))


class FrameLine:
    """Frames that come together under the same names, thinned while they are written.

    The newest frame is always in the file; once a newer one is there, it goes, unless the cadence keeps it.
    """

    def __init__(self, run: int, instrument: str, names: tuple[str, ...]) -> None:
        self._place = (run, instrument)
        self._names = names
        self._keys: dict[str, int] = {}
        self._kept: int | None = None  # step of the last frame that stays
        self._staying: list[tuple[int, Arrays]] = []
        self._newest: tuple[int, Arrays] | None = None  # not staying, not written yet
        self._passing: int | None = None  # step of the frame in the file that will not stay

    def resume(self, database: sqlite3.Connection, step: int) -> None:
        """Go on where the file has these arrays, without what it has after `step`."""
        run, instrument = self._place
        self._keys = {name: track_key(database, run, "frames", instrument, name) for name in self._names}
        for key in self._keys.values():
            database.execute("DELETE FROM frames WHERE track = ? AND step > ?", (key, step))
        key = next(iter(self._keys.values()))
        steps = [row[0] for row in database.execute("SELECT step FROM frames WHERE track = ? ORDER BY step", (key,))]
        if not steps:
            return
        per_octave = per_octave_for(self._bytes_at(database, steps[-1]))
        for each in steps:
            if keeps(each, self._kept, per_octave):
                self._kept, self._passing = each, None
            else:
                self._passing = each

    def _bytes_at(self, database: sqlite3.Connection, step: int) -> int:
        query = "SELECT dtype, shape FROM frames WHERE track = ? AND step = ?"
        forms = [form for key in self._keys.values() for form in database.execute(query, (key, step))]
        return sum(np.dtype(dtype).itemsize * chunks.entries(shape) for dtype, shape in forms)

    def add(self, step: int, arrays: Arrays) -> None:
        """One frame; its arrays must not change afterwards."""
        per_octave = per_octave_for(sum(value.nbytes for value in arrays.values()))
        if keeps(step, self._kept, per_octave):
            self._kept = step
            self._staying.append((step, arrays))
            self._newest = None
        else:
            self._newest = (step, arrays)

    def write(self, database: sqlite3.Connection) -> None:
        """Bring the file up to date."""
        if not self._staying and self._newest is None:
            return
        if not self._keys:
            run, instrument = self._place
            self._keys = {name: track_key(database, run, "frames", instrument, name) for name in self._names}
        self._drop_passing(database)
        for step, arrays in self._staying:
            self._save(database, step, arrays)
        if self._newest is not None:
            self._save(database, *self._newest)
            self._passing = self._newest[0]
        self._staying, self._newest = [], None

    def _drop_passing(self, database: sqlite3.Connection) -> None:
        if self._passing is not None:
            gone = [(key, self._passing) for key in self._keys.values()]
            database.executemany("DELETE FROM frames WHERE track = ? AND step = ?", gone)
        self._passing = None

    def _save(self, database: sqlite3.Connection, step: int, arrays: Arrays) -> None:
        rows = [(self._keys[name], step, *chunks.pack_array(value)) for name, value in arrays.items()]
        database.executemany(SAVE_FRAME, rows)
