"""A recorded figure as bytes: messages of the live wire, small enough to stand in a page. Trains nothing.

Bytes are zlib over msgpack: {"takes": [{"settings": {path: level}, "lanes": [number of a recording, one a lane]}],
"recordings": [[message, …], …], "versions"}. The messages of a recording are a `lane` and then `events`, each a frame.
Numbers of double precision are rounded to single, large arrays to levels (scope_rounding.py).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgpack as untyped_msgpack  # pyright: ignore[reportMissingTypeStubs]
import numpy as np

from ..events import SCHEMA, Event, Measured
from ..events.values import packed
from .scope_rounding import ROUNDED, Rounding
from .scope_take import Take

msgpack: Any = untyped_msgpack  # it has no types of its own

BUDGET = 300_000
"""Bytes of a figure's replay at the most, as they stand in a page (base64)."""
HEAVY = (*ROUNDED, "activations", "predictions")
COUNTED = ("counts/", "edges/")
BY_ROW = ("_said", "_true")


def packed_replay(
    takes: Sequence[tuple[Mapping[str, Any], Sequence[Take]]], shown: Sequence[str], every: int = 1
) -> bytes:
    """All takes: settings, and the experiments trained with them. One that stands in several is written once.

    With `every`, only so many of the frames have what is heavy (pictures and histograms), the last one always.
    """
    recordings = list({id(lane): lane for _, lanes in takes for lane in lanes}.values())
    place = {id(recording): number for number, recording in enumerate(recordings)}
    plain = {
        "takes": [
            {"settings": dict(settings), "lanes": [place[id(lane)] for lane in lanes]} for settings, lanes in takes
        ],
        "recordings": [_messages(recording, number, shown, every) for number, recording in enumerate(recordings)],
        "versions": recordings[0].versions,
    }
    return zlib.compress(msgpack.packb(plain, use_bin_type=True), 9)


def _messages(take: Take, number: int, shown: Sequence[str], every: int) -> list[dict[str, Any]]:
    rounding = Rounding(take)
    last = len(take.frames) - 1
    told = [
        [
            _told(event, take, shown, rounding)
            for event in frame
            if place % every == 0 or place >= last - 1 or not _is_heavy(event)
        ]
        for place, frame in enumerate(take.frames)
    ]
    frames = [{"kind": "events", "seq": 0, "lane": 0, "events": events} for events in told if events]
    return [take.lane(0, f"replay-{number}"), *frames]


def _is_heavy(event: Event) -> bool:
    return isinstance(event, Measured) and event.instrument in HEAVY


def _told(event: Event, take: Take, shown: Sequence[str], rounding: Rounding) -> dict[str, Any]:
    data = _measured(event, take, shown, rounding) if isinstance(event, Measured) else packed(event)
    return {"v": SCHEMA, "kind": type(event).__name__, "data": data}


def _measured(event: Measured, take: Take, shown: Sequence[str], rounding: Rounding) -> dict[str, Any]:
    name = event.instrument
    arrays = {
        key: rounding.told(name, key, array) if rounding.rounds(name, key) else packed(_single(array))
        for key, array in event.arrays.items()
        if not _is_undrawn(name, key, take, shown)
    }
    return {"step": event.step, "instrument": name, "values": packed(event.values), "arrays": arrays}


def _is_undrawn(instrument: str, key: str, take: Take, shown: Sequence[str]) -> bool:
    """Histograms where no figure of weights is shown; what is said row by row, where a plane says it of all places."""
    if instrument == "weights":
        return key.startswith(COUNTED) and "weights" not in shown
    return instrument == "metrics" and key.endswith(BY_ROW) and len(take.facts["raw_inputs"]) <= 2


def _single(array: np.ndarray) -> np.ndarray:
    if array.dtype == np.float64:
        return array.astype(np.float32)
    if array.dtype == np.int64 and (not array.size or np.abs(array).max() < 2**31):
        return array.astype(np.int32)
    return array
