"""The latest messages of a session, numbered, so that a page that comes back goes on where it was. Sends nothing."""

from __future__ import annotations

from collections import deque

from . import frames


class Ring:
    """Keeps at most so many messages and bytes; the oldest go first, the newest always stays."""

    def __init__(self, most_messages: int, most_bytes: int) -> None:
        self.last = 0
        """number of the newest message, 0 before the first"""
        self.bytes = 0
        self._most_messages, self._most_bytes = most_messages, most_bytes
        self._kept: deque[bytes] = deque()

    def put(self, message: bytes) -> None:
        """Number a message and keep it."""
        self.last += 1
        data = frames.numbered(message, self.last)
        self._kept.append(data)
        self.bytes += len(data)
        while len(self._kept) > 1 and (len(self._kept) > self._most_messages or self.bytes > self._most_bytes):
            self.bytes -= len(self._kept.popleft())

    def holds_after(self, seq: int) -> bool:
        """Whether everything after number `seq` is still here."""
        return self.last - len(self._kept) <= seq <= self.last

    def get(self, seq: int) -> bytes | None:
        """The message of that number; None where it has gone, or has not come."""
        place = seq - self.last - 1  # from the end: a page that keeps up asks for the newest
        return self._kept[place] if -len(self._kept) <= place < 0 else None
