"""Where a watch's events go: the record on disk, or whoever asked for them. Never sees torch."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from ..errors import mistake
from ..events import Event, RunStarted
from ..store import LockedError, RunWriter, Store

if TYPE_CHECKING:
    from ..runs import Run

Sink: TypeAlias = Callable[[Event], None]


class Output(Protocol):
    """Takes the events of one run."""

    def begin(self, started: RunStarted) -> Sink:
        """The first event; what is returned takes the others."""
        ...

    def close(self) -> None:
        """There are no more."""
        ...

    @property
    def kept_steps(self) -> int | None:
        """Up to which step the events are safe; None where only the receiver knows."""
        ...


IN_LOOP_S = 0.02
"""How long a loop may wait for somebody who keeps the record locked."""
AT_END_S = 5.0
"""How long its end may."""
AGAIN_S = 1.0
"""Between two tries to begin a run in a locked record; events wait meanwhile."""
MOST_WAITING = 200_000
"""Events that may wait: about 50 MB of plain steps."""


class ToStore:
    """Into `runs.db` of a home folder, which is made by `open`, or else at the first event.

    A loop never waits for another process that keeps the record locked: its events do, here, until the run can begin,
    and after that in the store.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self._store: Store | None = None
        self._writer: RunWriter | None = None
        self._closed = False
        self._started: RunStarted | None = None
        self._waiting: list[Event] = []
        self._again_at = 0.0

    def open(self) -> None:
        """Raises `StoreError` where the record cannot be written."""
        self._store = Store.open(self.home, patience=IN_LOOP_S)

    def begin(self, started: RunStarted) -> Sink:
        self._started = started
        try:
            return self._begin(started).append
        except LockedError:
            self._again_at = time.monotonic() + AGAIN_S
            return self._wait

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._started is None:
            return
        with self._patience():
            (self._writer or self._begin(self._started)).close()

    @property
    def kept_steps(self) -> int | None:
        return self._writer.committed_step if self._writer is not None else 0

    def run(self, run: str) -> Run:
        """The run as it is recorded by now."""
        from ..runs import open_run  # here, because somebody's script pays for what is imported

        if self._started is None:
            raise mistake("run", run, "a run with at least one step", "Nothing was recorded: no optimizer took a step.")
        if not self._closed:
            with self._patience():
                (self._writer or self._begin(self._started)).flush()
        return open_run(run, home=self.home)

    def _begin(self, started: RunStarted) -> RunWriter:
        """Raises `LockedError` where it is to be tried again."""
        if self._store is None:
            self.open()
        assert self._store is not None, "open has set it, or raised"
        self._writer = writer = self._store.writer(started)
        for event in self._waiting:
            writer.append(event)
        self._waiting.clear()
        return writer

    def _wait(self, event: Event) -> None:
        """Takes the events of a run that could not begin at once."""
        if self._writer is not None:
            self._writer.append(event)
            return
        self._waiting.append(event)
        if time.monotonic() < self._again_at and len(self._waiting) < MOST_WAITING:
            return
        assert self._started is not None, "only a run that is to begin waits"
        try:
            self._begin(self._started)
        except LockedError:
            self._again_at = time.monotonic() + AGAIN_S
            if len(self._waiting) >= MOST_WAITING:
                raise

    @contextmanager
    def _patience(self) -> Generator[None, None, None]:
        """Where no loop is waiting: more of it."""
        if self._store is None:
            self._store = Store.open(self.home, patience=AT_END_S)
        self._store.wait_for_others(AT_END_S)
        try:
            yield
        finally:
            self._store.wait_for_others(IN_LOOP_S)


class ToSink:
    """To a function that takes every event."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def begin(self, started: RunStarted) -> Sink:
        self._sink(started)
        return self._sink

    def close(self) -> None:
        pass

    @property
    def kept_steps(self) -> int | None:
        return None
