"""A piece of a series as bytes, and back bit for bit. Never sees a database, a run or what the numbers mean.

The first byte names the form: a line (start and stride: constants and counters), float32 where nothing is lost by it
(what torch computed usually is float32), else float64; in lower case the same, compressed. Steps are a line or their
differences in the narrowest integer. Everything is little-endian.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import StoreError

CHUNK = 1024
"""Points in a full chunk. The last, growing one is rewritten at every commit, so it must stay small (8 kB);
below 1024 a million points would be more rows than a chart can read in time."""

Floats = NDArray[np.float64]
Steps = NDArray[np.int64]

LINE, SINGLE, DOUBLE, RAW = b"L", b"S", b"D", b"R"
DELTAS = {b"A": "<i1", b"B": "<i2", b"C": "<i4", b"E": "<i8"}
PAYS_BELOW = 0.9  # share of the size that compression must get under, or reading pays for nothing


def pack_values(values: Floats, full: bool = True) -> bytes:
    """Values (n,) as bytes; `full` also compresses them, which a chunk that will be rewritten soon is spared."""
    line = _line(values)
    if line is not None:
        return LINE + struct.pack("<dd", *line)
    with np.errstate(all="ignore"):
        single = values.astype("<f4")
        lossless = same_bits(single.astype(np.float64), values)
    return _packed(SINGLE, single, full) if lossless else _packed(DOUBLE, values.astype("<f8"), full)


def unpack_values(data: bytes, count: int) -> Floats:
    """The `count` values that `pack_values` wrote, bit for bit. Raises `StoreError` for damaged bytes."""
    kind = data[:1]
    if kind == LINE:
        start, stride = _pair("<dd", data)
        return points_on_line(start, stride, count)
    dtype = {SINGLE: "<f4", DOUBLE: "<f8"}.get(kind.upper())
    return _unpacked(data, dtype, count).astype(np.float64)


def last_value(data: bytes, count: int) -> float:
    """The last of the values that `pack_values` wrote, without the others where they are not compressed."""
    kind = data[:1]
    if kind == LINE:
        start, stride = _pair("<dd", data)
        return start + stride * (count - 1)  # one rounding each, as in `points_on_line`
    form = {SINGLE: "<f", DOUBLE: "<d"}.get(kind)
    if form is None or len(data) != 1 + count * struct.calcsize(form):
        return float(unpack_values(data, count)[-1])
    return float(struct.unpack_from(form, data, len(data) - struct.calcsize(form))[0])


def pack_steps(steps: Steps, full: bool = True) -> bytes:
    """Step numbers (n,), in whatever order they came, as bytes."""
    start, differences = int(steps[0]), np.diff(steps)  # beyond int64 both ways wrap round alike, so nothing is lost
    if (differences == differences[:1]).all():
        return LINE + struct.pack("<qq", start, int(differences[0]) if len(differences) else 0)
    kind, narrow = next((k, d) for k, d in _narrowed(differences) if (d == differences).all())
    return _packed(kind, narrow, full, head=struct.pack("<q", start))


def unpack_steps(data: bytes, count: int) -> Steps:
    """The `count` steps that `pack_steps` wrote. Raises `StoreError` for damaged bytes."""
    if data[:1] == LINE:
        start, stride = _pair("<qq", data)
        return start + stride * np.arange(count, dtype=np.int64)
    (start,) = struct.unpack_from("<q", data.ljust(9), 1)
    differences = _unpacked(data, DELTAS.get(data[:1].upper()), count - 1, skip=8)
    return np.cumsum(np.concatenate(([start], differences)), dtype=np.int64)


def pack_array(array: NDArray[Any]) -> tuple[str, str, bytes]:
    """A `recordable` array as (dtype, shape, bytes)."""
    flat = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    return flat.dtype.str, ",".join(map(str, array.shape)), _packed(RAW, flat, full=True)


def recordable(name: str, array: NDArray[Any]) -> NDArray[Any]:
    """The array itself. Raises `StoreError` for one of objects or records, which have no bytes of their own."""
    if array.dtype.hasobject or array.dtype.names:
        raise StoreError(f"array {name} is of type {array.dtype}; allowed are numbers, booleans and texts")
    return array


def unpack_array(dtype: str, shape: str, data: bytes) -> NDArray[Any]:
    """The array that `pack_array` wrote, bit for bit, read-only. Raises `StoreError` for damaged bytes."""
    return _unpacked(data, dtype, entries(shape)).reshape(_sizes(shape))


def entries(shape: str) -> int:
    """How many numbers an array of a recorded shape has. Raises `StoreError` for a damaged one."""
    return math.prod(_sizes(shape))


def _sizes(shape: str) -> tuple[int, ...]:
    try:
        return tuple(int(size) for size in shape.split(",") if size)
    except ValueError as error:
        raise _damaged(error) from error


def points_on_line(start: float, stride: float, count: int) -> Floats:
    """start, start + stride, … ; one rounding each, so it gives the same bits wherever it is computed."""
    with np.errstate(all="ignore"):
        return start + stride * np.arange(count, dtype=np.float64)


def same_bits(one: Floats, other: Floats) -> bool:
    """Whether all values agree to the last bit; tells 0.0 from -0.0, and one NaN from another."""
    return np.array_equal(one.view(np.uint64), other.view(np.uint64))


def _narrowed(differences: Steps) -> Iterator[tuple[bytes, NDArray[Any]]]:
    return ((kind, differences.astype(dtype)) for kind, dtype in DELTAS.items())


def _line(values: Floats) -> tuple[float, float] | None:
    with np.errstate(all="ignore"):
        stride = float(values[1] - values[0]) if len(values) > 1 else 0.0
    start = float(values[0])
    return (start, stride) if same_bits(points_on_line(start, stride, len(values)), values) else None


def _packed(kind: bytes, array: NDArray[Any], full: bool, head: bytes = b"") -> bytes:
    raw = array.tobytes()
    if full and len(raw) > 64:
        small = zlib.compress(_shuffled(raw, array.dtype.itemsize), 1)
        if len(small) < PAYS_BELOW * len(raw):
            return kind.lower() + head + small
    return kind + head + raw


def _unpacked(data: bytes, dtype: str | None, count: int, skip: int = 0) -> NDArray[Any]:
    try:
        form = np.dtype(dtype or "V0")
        body = data[1 + skip :]
        if data[:1].islower():
            body = _unshuffled(zlib.decompress(body), form.itemsize)
        if dtype is None or form.hasobject or len(body) != count * form.itemsize:
            raise ValueError(f"{len(body)} bytes are not {count} numbers")
        return np.frombuffer(body, dtype=form) if count else np.empty(0, dtype=form)
    except (ValueError, TypeError, zlib.error) as error:
        raise _damaged(error) from error


def _pair(form: str, data: bytes) -> Any:
    try:
        return struct.unpack(form, data[1:])
    except struct.error as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> StoreError:
    return StoreError(f"a piece of this record is damaged ({error}). Restore runs.db from a backup.")


def _shuffled(raw: bytes, size: int) -> bytes:
    """First bytes of all numbers, then all second bytes, …: neighbours share their exponent, so zlib finds repeats."""
    return np.frombuffer(raw, dtype=np.uint8).reshape(-1, size).T.tobytes() if size > 1 else raw


def _unshuffled(raw: bytes, size: int) -> bytes:
    return np.frombuffer(raw, dtype=np.uint8).reshape(size, -1).T.tobytes() if size > 1 else raw
