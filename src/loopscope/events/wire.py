"""One encoding of events for wire, store export and replay: msgpack, arrays as raw bytes. Never opens a socket or file.

An event is the msgpack map {"v": schema, "kind": class name, "data": {field: value}}. An array stands as
{"__array__": [dtype, shape, bytes]}, little-endian, row-major, so that a browser can view it without a copy.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgpack
import numpy as np

from ..errors import LoopscopeError, mistake
from .facts import SCHEMA, Changed, Event, Finding, Found, Measured, PhaseEnded, RunEnded, RunStarted, StepEnded, Where

KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (RunStarted, PhaseEnded, StepEnded, Measured, Changed, Found, RunEnded)
}
ARRAY = "__array__"
MAX_EVENT_BYTES = 64 * 2**20


def encode(event: Event) -> bytes:
    """An event as bytes. Raises `LoopscopeError` for a value that has no place on the wire."""
    message = {"v": SCHEMA, "kind": type(event).__name__, "data": plain(event)}
    try:
        return msgpack.packb(message, default=_pack_special, use_bin_type=True)
    except (TypeError, ValueError, OverflowError) as error:
        raise LoopscopeError(f"an event of kind {type(event).__name__} cannot be encoded: {error}") from error


def decode(data: bytes) -> Event:
    """The event that `encode` wrote. Raises `UserMistake` for bytes that are not one, or of another schema."""
    try:
        message = msgpack.unpackb(data, object_hook=_unpack_special, raw=False)
    except (ValueError, TypeError, msgpack.exceptions.UnpackException) as error:
        raise mistake("event", data[:16], "one msgpack-encoded event", f"The bytes are damaged: {error}.") from error
    return _event_of(message)


def read_stream(stream: BinaryIO) -> Iterator[Event]:
    """Events written one after another, as in a replay file. Raises `UserMistake` where the file is cut or damaged."""
    unpacker = msgpack.Unpacker(stream, object_hook=_unpack_special, raw=False, max_buffer_size=MAX_EVENT_BYTES)
    try:
        yield from (_event_of(message) for message in unpacker)
    except (ValueError, msgpack.exceptions.UnpackException) as error:
        raise mistake("replay", str(error), "a stream of events", "The file is damaged.") from error
    if unpacker.tell() != stream.tell():
        raise mistake("replay", f"{stream.tell()} bytes", "whole events", "The file is cut off; copy it again.")


def plain(value: Any) -> Any:
    """Fields of a frozen event as nested plain data; arrays stay arrays."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return value


def _event_of(message: Any) -> Event:
    if not isinstance(message, dict) or not {"v", "kind", "data"} <= message.keys():
        raise mistake("event", message, "a map with v, kind and data")
    if message["v"] != SCHEMA:
        raise mistake("event.v", message["v"], f"{SCHEMA}", "It was written by another version of loopscope.")
    if message["kind"] not in KINDS:
        raise mistake("event.kind", message["kind"], ", ".join(KINDS))
    try:
        return _build(KINDS[message["kind"]], message["data"])
    except TypeError as error:
        raise mistake("event.data", message["data"], f"the fields of {message['kind']}", str(error)) from error


def _build(kind: type[Any], data: dict[str, Any]) -> Any:
    fields = dict(data)
    if kind is Found:
        finding = dict(fields["finding"])
        finding["where"] = Where(**finding["where"]) if finding.get("where") else None
        fields["finding"] = Finding(**finding)
    return kind(**fields)


def _pack_special(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        array = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
        return {ARRAY: [array.dtype.str, list(value.shape), array.tobytes()]}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if hasattr(value, "items"):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no encoding")


def _unpack_special(value: dict[str, Any]) -> Any:
    if ARRAY not in value:
        return value
    dtype, shape, data = value[ARRAY]
    kind = np.dtype(dtype)
    if kind.hasobject:
        raise ValueError("an array of objects is not allowed")
    return np.frombuffer(data, dtype=kind).reshape(shape)
