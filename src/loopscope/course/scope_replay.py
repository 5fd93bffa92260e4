"""A recorded figure as bytes: messages of the live wire, surfaces rounded to what an eye can tell. Trains nothing.

Bytes are zlib over msgpack: {"takes": [{"settings": {path: level}, "lanes": [number of a recording, one a lane]}],
"recordings": [[message, …], …], "versions"}. The messages of a recording are a `lane` and then `events`, each a frame.
Numbers of double precision are rounded to single, and arrays that are drawn as pictures to 255 even levels:
{"__levels__": [name, shape, low, high, bytes]}, each byte a level (255 where it is no number) less the one that stood
there in the array of the same name one frame before, modulo 256.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgpack as untyped_msgpack  # pyright: ignore[reportMissingTypeStubs]
import numpy as np

from ..events import SCHEMA, Event, Measured
from ..events.values import packed
from .scope_take import Take

Span: TypeAlias = tuple[float, float]  # lowest and highest value

msgpack: Any = untyped_msgpack  # it has no types of its own

BUDGET = 300_000
"""Bytes of a figure's replay at the most, as they stand in a page (base64)."""
LEVELS = 254
PICTURES = ("decision_surface", "neuron_maps")
HEAVY = (*PICTURES, "weights", "activations", "predictions")
LEAST = 512
"""Entries of an array from which on it is a picture; a curve over one input has fewer and keeps its precision."""
COUNTED = ("counts/", "edges/")


def packed_replay(
    takes: Sequence[tuple[Mapping[str, Any], Sequence[Take]]], shown: Sequence[str], every: int = 1
) -> bytes:
    """All takes: settings, and the experiments trained with them. One that stands in several is written once.

    With `every`, only so many of the frames have what is heavy (pictures and histograms), the last one always.
    """
    recordings: list[Take] = []
    listed: list[dict[str, Any]] = []
    for settings, lanes in takes:
        for lane in lanes:
            if not any(lane is known for known in recordings):
                recordings.append(lane)
        numbers = [next(i for i, known in enumerate(recordings) if known is lane) for lane in lanes]
        listed.append({"settings": dict(settings), "lanes": numbers})
    plain = {
        "takes": listed,
        "recordings": [_messages(recording, number, shown, every) for number, recording in enumerate(recordings)],
        "versions": recordings[0].versions,
    }
    return zlib.compress(msgpack.packb(plain, use_bin_type=True), 9)


def _messages(take: Take, number: int, shown: Sequence[str], every: int) -> list[dict[str, Any]]:
    ranges = _ranges(take)
    before: dict[str, np.ndarray] = {}
    last = len(take.frames) - 1
    frames = [
        frame if place % every == 0 or place >= last - 1 else _light(frame) for place, frame in enumerate(take.frames)
    ]
    told = [_events(frame, shown, ranges, before) for frame in frames]
    frames = [{"kind": "events", "seq": 0, "lane": 0, "events": events} for events in told if events]
    return [take.lane(0, f"replay-{number}"), *frames]


def _light(frame: Sequence[Event]) -> list[Event]:
    """Without readings that are arrays before all."""
    return [event for event in frame if not (isinstance(event, Measured) and event.instrument in HEAVY)]


def _events(
    frame: Sequence[Event], shown: Sequence[str], ranges: Mapping[str, Span], before: dict[str, np.ndarray]
) -> list[Any]:
    return [
        {"v": SCHEMA, "kind": type(event).__name__, "data": _measured(event, shown, ranges, before)}
        if isinstance(event, Measured)
        else {"v": SCHEMA, "kind": type(event).__name__, "data": packed(event)}
        for event in frame
    ]


def _measured(
    event: Measured, shown: Sequence[str], ranges: Mapping[str, Span], before: dict[str, np.ndarray]
) -> dict[str, Any]:
    arrays: dict[str, Any] = {}
    for key, array in event.arrays.items():
        if event.instrument == "weights" and key.startswith(COUNTED) and "weights" not in shown:
            continue  # histograms that nobody draws
        name = f"{event.instrument}.{key}"
        arrays[key] = _levels(array, ranges[name], name, before) if name in ranges else packed(_single(array))
    return {"step": event.step, "instrument": event.instrument, "values": packed(event.values), "arrays": arrays}


def _ranges(take: Take) -> dict[str, Span]:
    """Lowest and highest value over all frames of each array that is drawn as a picture."""
    ranges: dict[str, Span] = {}
    for event in take.events():
        if not isinstance(event, Measured) or event.instrument not in PICTURES:
            continue
        for key, array in event.arrays.items():
            finite = array[np.isfinite(array)]
            if array.ndim < 2 or array.size < LEAST or not finite.size:
                continue
            low, high = ranges.get(f"{event.instrument}.{key}", (np.inf, -np.inf))
            ranges[f"{event.instrument}.{key}"] = min(low, float(finite.min())), max(high, float(finite.max()))
    return ranges


def _levels(array: np.ndarray, span: Span, name: str, before: dict[str, np.ndarray]) -> dict[str, Any]:
    low, high = span
    share = (array - low) / ((high - low) or 1.0)
    now = np.where(np.isfinite(share), np.clip(np.rint(share * LEVELS), 0, LEVELS), 255).astype(np.uint8)
    delta = now - before.get(name, np.zeros_like(now))  # modulo 256
    before[name] = now
    return {"__levels__": [name, list(array.shape), low, high, delta.tobytes()]}


def _single(array: np.ndarray) -> np.ndarray:
    if array.dtype == np.float64:
        return array.astype(np.float32)
    if array.dtype == np.int64 and (not array.size or np.abs(array).max() < 2**31):
        return array.astype(np.int32)
    return array
