"""One encoding of events for wire, store export and replay: msgpack, arrays as raw bytes. Never opens a socket or file.

An event is the msgpack map {"v": schema, "kind": class name, "data": {field: value}}. An array stands as
{"__array__": [dtype, shape, bytes]}, little-endian, row-major, so that a browser can view it without a copy. Lists and
tuples both come back as lists; whatever else goes in comes back equal, NaN and infinity too. Text that is no Unicode
(undecodable file names) comes back with `\\udc80` spelled out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, Final, TypedDict, cast

import msgpack as untyped_msgpack  # pyright: ignore[reportMissingTypeStubs]

from ..errors import LoopscopeError, UserMistake, mistake
from .facts import SCHEMA, Changed, Event, Found, Measured, PhaseEnded, RunEnded, RunStarted, StepEnded
from .fields import build
from .values import packed, unpacked

msgpack: Any = untyped_msgpack  # it has no types of its own

KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (RunStarted, PhaseEnded, StepEnded, Measured, Changed, Found, RunEnded)
}
MAX_EVENT_BYTES = 64 * 2**20
MAX_ITEMS = 1_000_000  # of one list or map: a damaged length would reserve gigabytes otherwise
CHUNK_BYTES = 2**18


class _Limits(TypedDict):
    max_array_len: int
    max_map_len: int


_LIMITS: Final = _Limits(max_array_len=MAX_ITEMS, max_map_len=MAX_ITEMS)
_DAMAGE = (ValueError, TypeError, OverflowError, RecursionError, msgpack.exceptions.UnpackException)


def encode(event: Event) -> bytes:
    """An event as bytes. Raises `LoopscopeError` for a value that has no place on the wire, or one too large."""
    kind = type(event).__name__
    try:
        message = {"v": SCHEMA, "kind": kind, "data": packed(event)}
        data = cast(bytes, msgpack.packb(message, use_bin_type=True, unicode_errors="backslashreplace"))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise LoopscopeError(f"an event of kind {kind} cannot be encoded: {error}") from error
    if len(data) > MAX_EVENT_BYTES:
        raise LoopscopeError(f"an event of kind {kind} has {len(data):,} bytes; at most {MAX_EVENT_BYTES:,} are sent")
    return data


def decode(data: bytes) -> Event:
    """The event that `encode` wrote. Its arrays are views of `data`, not to be written to.

    Raises `UserMistake` for bytes that are not exactly one event: damaged, of another schema, with a field that is
    missing, unknown or of the wrong type, or more than `MAX_EVENT_BYTES`.
    """
    if len(data) > MAX_EVENT_BYTES:
        raise mistake("event", f"{len(data):,} bytes", f"at most {MAX_EVENT_BYTES:,} bytes", "It is no event.")
    try:
        message: Any = msgpack.unpackb(data, object_hook=unpacked, raw=False, **_LIMITS)
    except _DAMAGE as error:
        why = f"It is damaged: {_why(error)}."
        raise mistake("event", bytes(data[:16]), "one msgpack-encoded event", why) from error
    return _event_of(message)


def read_stream(stream: BinaryIO) -> Iterator[Event]:
    """Events written one after another, as in a replay file, one by one.

    Raises `UserMistake` at the first event that is damaged, and at the end where the last one is cut off; all events
    before that have been yielded by then.
    """
    unpacker = msgpack.Unpacker(
        object_hook=unpacked, raw=False, max_buffer_size=MAX_EVENT_BYTES + CHUNK_BYTES, **_LIMITS
    )
    fed = whole = number = 0
    while chunk := stream.read(CHUNK_BYTES):
        fed += len(chunk)
        for message in _messages(unpacker, chunk, number):
            number += 1
            # tell() counts what is read of an unfinished event, too; so it is asked only after whole ones
            whole = unpacker.tell()
            yield _numbered(message, number)
    if whole != fed:
        cut = f"{number:,} whole events and {fed - whole:,} bytes of another"
        raise mistake("replay", cut, "whole events only", "The file is cut off or damaged at its end; copy it again.")


def _messages(unpacker: Any, chunk: bytes, number: int) -> Iterator[Any]:
    try:
        unpacker.feed(chunk)
        for message in unpacker:
            number += 1
            yield message
    except _DAMAGE as error:
        why = f"The file is damaged there: {_why(error)}."
        raise mistake("replay", f"damaged after event {number:,}", "a stream of events", why) from error


def _numbered(message: Any, number: int) -> Event:
    try:
        return _event_of(message)
    except UserMistake as error:
        problem = error.problems[0]
        field = f"replay: event {number:,}: {problem.field}"
        raise mistake(field, problem.value, problem.allowed, problem.try_next) from error


def _event_of(message: Any) -> Event:
    if not isinstance(message, dict) or set(cast(dict[Any, Any], message)) != {"v", "kind", "data"}:
        raise mistake("event", _brief(message), "a map with v, kind and data", "It is no event of loopscope.")
    version, kind, data = (cast(dict[str, Any], message)[key] for key in ("v", "kind", "data"))
    if type(version) is not int or version != SCHEMA:
        raise mistake("event.v", version, f"{SCHEMA}", "It was written by another version of loopscope.")
    if not isinstance(kind, str) or kind not in KINDS:
        raise mistake("event.kind", kind, ", ".join(KINDS), "It is no event of loopscope.")
    return build(KINDS[kind], data, kind)


def _why(error: Exception) -> str:
    return str(error).rstrip(".") or "it is no msgpack"


def _brief(message: Any) -> Any:
    return message if isinstance(message, (bool, int, float, str)) else f"a {type(message).__name__}"
