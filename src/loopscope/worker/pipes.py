"""Messages on the worker's own stdin and stdout: four bytes of length, then msgpack. Never looks into one."""

from __future__ import annotations

import os
import queue
import struct
import sys
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any, BinaryIO

import msgpack as untyped_msgpack  # pyright: ignore[reportMissingTypeStubs]

msgpack: Any = untyped_msgpack  # it has no types of its own

LENGTH = struct.Struct(">I")
PRIVATE = frozenset({"ready", "pong", "checkpoint", "reach"})
"""Messages that no page sees, and that have no number."""
MOST_WAITING = 256
MOST_WAITING_BYTES = 2**20
"""Four of the largest commands."""


class Outbox:
    """Sends messages; `send` answers with the number of the message among those that a page sees."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._number = 0

    def send(self, kind: str, **fields: Any) -> int:
        """Write at once; `kind` is the first key, as the server expects."""
        data: bytes = msgpack.packb({"kind": kind, **fields}, use_bin_type=True, unicode_errors="backslashreplace")
        self._stream.write(LENGTH.pack(len(data)))
        self._stream.write(data)
        self._stream.flush()
        self._number += kind not in PRIVATE
        return self._number


class Inbox:
    """Commands as they come, read by a thread, so that none waits for the one who obeys. The end of it is None.

    It holds so many of so many bytes and no more: then the pipe fills, the server waits, and the page that sends too
    much with it. One command alone may be larger, as what a worker recovers from is.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.empty = self._queue.empty
        self._stream = stream
        self._held_bytes = 0
        self._held = 0
        self._taken = threading.Condition()
        threading.Thread(target=self._read, name="loopscope-commands", daemon=True).start()

    def take(self, wait: float | None) -> Mapping[str, Any] | None:
        """The next command, waited for at most so many seconds (None: until one comes). Raises `queue.Empty`."""
        data = self._queue.get(timeout=wait) if wait is None or wait > 0 else self._queue.get_nowait()
        if data is None:
            return None
        with self._taken:
            self._held, self._held_bytes = self._held - 1, self._held_bytes - len(data)
            self._taken.notify()
        try:
            return msgpack.unpackb(data, raw=False)
        except Exception:  # msgpack raises half a dozen kinds; after damage nothing can be trusted
            return None

    def _read(self) -> None:
        while (head := self._stream.read(LENGTH.size)) and len(head) == LENGTH.size:
            data = self._stream.read(LENGTH.unpack(head)[0])
            with self._taken:
                self._taken.wait_for(partial(self._has_room, len(data)))
                self._held, self._held_bytes = self._held + 1, self._held_bytes + len(data)
            self._queue.put(data)
        self._queue.put(None)

    def _has_room(self, size: int) -> bool:
        return not self._held or (self._held < MOST_WAITING and self._held_bytes + size <= MOST_WAITING_BYTES)


def own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Stdin, and stdout moved aside: what anybody prints from now on goes to stderr."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return sys.stdin.buffer, out
