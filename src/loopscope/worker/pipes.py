"""Messages on the worker's own stdin and stdout: four bytes of length, then msgpack. Never looks into one."""

from __future__ import annotations

import os
import queue
import struct
import sys
import threading
from collections.abc import Mapping
from typing import Any, BinaryIO

import msgpack as untyped_msgpack  # pyright: ignore[reportMissingTypeStubs]

msgpack: Any = untyped_msgpack  # it has no types of its own

LENGTH = struct.Struct(">I")
PRIVATE = frozenset({"ready", "pong", "checkpoint", "reach"})
"""Messages that no page sees, and that have no number."""


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
    """Commands as they come, read by a thread, so that none waits for the one who obeys. The end of it is None."""

    def __init__(self, stream: BinaryIO) -> None:
        self._queue: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
        self.empty = self._queue.empty
        self._stream = stream
        threading.Thread(target=self._read, name="loopscope-commands", daemon=True).start()

    def take(self, wait: float | None) -> Mapping[str, Any] | None:
        """The next command, waited for at most so many seconds (None: until one comes). Raises `queue.Empty`."""
        return self._queue.get(timeout=wait) if wait is None or wait > 0 else self._queue.get_nowait()

    def _read(self) -> None:
        while (head := self._stream.read(LENGTH.size)) and len(head) == LENGTH.size:
            data = self._stream.read(LENGTH.unpack(head)[0])
            try:
                self._queue.put(msgpack.unpackb(data, raw=False))
            except Exception:  # msgpack raises half a dozen kinds; after damage nothing can be trusted
                break
        self._queue.put(None)


def own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Stdin, and stdout moved aside: what anybody prints from now on goes to stderr."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return sys.stdin.buffer, out
