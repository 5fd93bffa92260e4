"""A session without pipes: commands from a script, each given when its time has come, messages in a list."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import msgpack
import pytest

from loopscope.store import Store
from loopscope.worker.pipes import LENGTH, Outbox
from loopscope.worker.session import Session

When: TypeAlias = Callable[["Played"], bool]
Line: TypeAlias = Mapping[str, Any] | tuple[When, Mapping[str, Any]]

SMALL: dict[str, Any] = {
    "data": {"name": "circles", "samples": 60},
    "model": {"hidden": [3]},
    "training": {"lr": 0.1, "batch_size": 10},
}


class Script:
    """Stands for an `Inbox`: a line with a condition is not there before it holds; after the last one comes the end."""

    def __init__(self, played: Played, lines: tuple[Line, ...]) -> None:
        self.played, self.lines = played, deque(lines)

    def empty(self) -> bool:
        first = self.lines[0] if self.lines else None
        return isinstance(first, tuple) and not first[0](self.played)

    def take(self, wait: float | None) -> Mapping[str, Any] | None:
        if self.empty():
            assert wait is not None, "the session waits for a command, and the script for the session"
            raise queue.Empty
        if not self.lines:
            return None
        line = self.lines.popleft()
        return line[1] if isinstance(line, tuple) else line


class Played:
    """A session that has obeyed a script; `messages` as a page would hear them."""

    def __init__(self, home: Path, *lines: Line, draw: bool = True) -> None:
        self.messages: list[dict[str, Any]] = []
        self.draw = draw
        with Store.open(home) as store:
            self.session = Session(Script(self, lines), Outbox(self), store)  # type: ignore[arg-type]
            self.session.run()

    def write(self, data: bytes) -> None:
        if len(data) == LENGTH.size:
            return
        self.messages.append(msgpack.unpackb(data, raw=False))
        if self.draw:
            self.session.teller.expect_nothing()

    def flush(self) -> None: ...

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["kind"] == kind]

    def events(self, kind: str, lane: int = 0) -> list[dict[str, Any]]:
        return [
            event["data"]
            for message in self.of("events")
            if message["lane"] == lane
            for event in message["events"]
            if event["kind"] == kind
        ]

    def measured(self, instrument: str) -> list[dict[str, Any]]:
        return [event for event in self.events("Measured") if event["instrument"] == instrument]

    @property
    def state(self) -> dict[str, Any]:
        return self.of("state")[-1]


def at(step: int) -> When:
    """Once the session has taken so many steps."""
    return lambda played: played.session.lanes.step >= step


def idle(played: Played) -> bool:
    """Once nothing goes on."""
    return not played.session.pace.playing and not played.session.tasks.going_on


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Callable[..., Played]]:
    """`play(line, …)`: a session that has obeyed these lines."""
    yield lambda *lines, **more: Played(tmp_path, *lines, **more)


@pytest.fixture
def start() -> dict[str, Any]:
    return {"do": "start", "experiments": [SMALL]}


__all__ = ["SMALL", "Played", "at", "idle"]
