"""Where a watch's events go: the record on disk, or whoever asked for them. Never sees torch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from ..errors import mistake
from ..events import Event, RunStarted
from ..store import RunWriter, Store

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


class ToStore:
    """Into `runs.db` of a home folder, which is made by `open`, or else at the first event."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self._store: Store | None = None
        self._writer: RunWriter | None = None
        self._closed = False

    def open(self) -> None:
        """Raises `StoreError` where the record cannot be written."""
        self._store = Store.open(self.home)

    def begin(self, started: RunStarted) -> Sink:
        if self._store is None:
            self.open()
        assert self._store is not None, "open has set it, or raised"
        self._writer = self._store.writer(started)
        return self._writer.append

    def close(self) -> None:
        self._closed = True
        if self._writer is not None:
            self._writer.close()

    @property
    def kept_steps(self) -> int | None:
        return self._writer.committed_step if self._writer is not None else 0

    def run(self, run: str) -> Run:
        """The run as it is recorded by now."""
        from ..runs import open_run  # here, because somebody's script pays for what is imported

        if self._writer is None:
            raise mistake("run", run, "a run with at least one step", "Nothing was recorded: no optimizer took a step.")
        if not self._closed:
            self._writer.flush()
        return open_run(run, home=self.home)


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
