"""Messages on a worker's pipes, and their numbers. Never looks beyond a message's kind, so that a frame costs nothing.

On the pipe: four bytes of length (big-endian), then a msgpack map whose first key is `kind`.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Mapping
from typing import Any, cast

import msgpack as untyped_msgpack  # pyright: ignore[reportMissingTypeStubs]

from ..errors import LoopscopeError

msgpack: Any = untyped_msgpack  # it has no types of its own

MOST_BYTES = 64 * 2**20
LENGTH = struct.Struct(">I")
KIND = b"\xa4kind"  # msgpack's spelling of the text "kind"


class Broken(LoopscopeError):
    """What came is no message."""


async def read(stream: asyncio.StreamReader) -> bytes | None:
    """The next message; None at the end, also where it comes in the midst of one. Raises `Broken`."""
    try:
        (size,) = LENGTH.unpack(await stream.readexactly(LENGTH.size))
        if size > MOST_BYTES:
            raise Broken(f"a message of {size:,} bytes; at most {MOST_BYTES:,} are taken")
        return await stream.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def packed(message: Mapping[str, Any]) -> bytes:
    """A message as msgpack."""
    return cast(bytes, msgpack.packb(message, use_bin_type=True, unicode_errors="backslashreplace"))


def unpacked(message: bytes) -> dict[str, Any]:
    """A message as a map. Raises `Broken`."""
    try:
        data = msgpack.unpackb(message, raw=False, strict_map_key=False)
    except Exception as error:  # msgpack raises half a dozen unrelated kinds
        raise Broken(f"a message that is no msgpack ({error})") from error
    if not isinstance(data, dict):
        raise Broken("a message that is no map")
    return cast(dict[str, Any], data)


def framed(message: Mapping[str, Any]) -> bytes:
    """A message as it stands on a pipe."""
    data = packed(message)
    return LENGTH.pack(len(data)) + data


def kind_of(message: bytes) -> str:
    """The kind of a message, read from its first bytes. Raises `Broken`."""
    _, start = _map_header(message)
    end = start + len(KIND)
    if message[start:end] != KIND or len(message) <= end or message[end] & 0xE0 != 0xA0:
        raise Broken(f"a message that does not begin with its kind: {message[:16]!r}")
    return message[end + 1 : end + 1 + (message[end] & 0x1F)].decode("ascii", "replace")


def numbered(message: bytes, seq: int) -> bytes:
    """The message with its number as first entry, without unpacking the arrays in it."""
    count, start = _map_header(message)
    head = bytes([0x80 | (count + 1)]) if count < 15 else b"\xde" + struct.pack(">H", count + 1)
    return head + cast(bytes, msgpack.packb("seq")) + cast(bytes, msgpack.packb(seq)) + message[start:]


def _map_header(message: bytes) -> tuple[int, int]:
    """How many entries a map has, and where they begin."""
    first = message[0] if message else 0
    if 0x80 <= first <= 0x8F:
        return first & 0x0F, 1
    if first == 0xDE and len(message) >= 3:
        return int.from_bytes(message[1:3], "big"), 3
    raise Broken(f"a message that is no map: {message[:16]!r}")
