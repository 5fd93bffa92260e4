"""Commands on their way: in order, and never more of them than a worker may hold."""

from __future__ import annotations

import io
import threading
from typing import Any

import msgpack as untyped_msgpack
import pytest

from loopscope.worker import pipes
from loopscope.worker.pipes import LENGTH, Inbox

msgpack: Any = untyped_msgpack  # it has no types of its own


def framed(*commands: Any) -> bytes:
    packed = [msgpack.packb(command) for command in commands]
    return b"".join(LENGTH.pack(len(data)) + data for data in packed)


class Flood:
    """A pipe that is never empty; it counts the commands that were read from it, and sees how far that is ahead."""

    def __init__(self, command: bytes, number: int) -> None:
        self._command, self._left = command, number
        self.begun = self.taken = self.ahead = 0
        self.moved = threading.Condition()

    def read(self, size: int) -> bytes:
        if size != LENGTH.size:
            return self._command
        with self.moved:
            if self.begun == self._left:
                return b""
            self.begun += 1
            self.ahead = max(self.ahead, self.begun - self.taken)
            self.moved.notify()
            return LENGTH.pack(len(self._command))


@pytest.mark.parametrize(("size", "most"), [(10, pipes.MOST_WAITING), (250_000, 4), (3_000_000, 1)])
def test_no_more_is_held_than_allowed_and_nothing_is_lost(size: int, most: int) -> None:
    flood = Flood(msgpack.packb({"do": "x" * size}), 4 * most)
    inbox = Inbox(flood)  # type: ignore[arg-type]
    with flood.moved:
        assert flood.moved.wait_for(lambda: flood.begun > most, timeout=20), "one more is in its hand"
    for _ in range(4 * most):
        with flood.moved:
            flood.taken += 1  # before it is, as the reader may be quicker than the next line
        assert inbox.take(20) == {"do": "x" * size}
    assert inbox.take(20) is None
    assert flood.ahead <= most + 1


def test_commands_come_in_order_and_then_the_end() -> None:
    inbox = Inbox(io.BytesIO(framed({"do": "play"}, {"do": "pause"})))
    assert [inbox.take(20) for _ in range(3)] == [{"do": "play"}, {"do": "pause"}, None]


@pytest.mark.parametrize("damage", [LENGTH.pack(3) + b"\xc1\xc1\xc1", LENGTH.pack(100) + b"short", b"\0"])
def test_after_damage_nothing_is_trusted(damage: bytes) -> None:
    inbox = Inbox(io.BytesIO(framed({"do": "play"}) + damage))
    assert [inbox.take(20) for _ in range(2)] == [{"do": "play"}, None]
