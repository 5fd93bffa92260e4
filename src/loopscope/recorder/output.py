"""Where a watch's events go: the record on disk, or whoever asked for them. Never sees torch."""

from __future__ import annotations

import os
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


class ToStore:
    """Into `runs.db` of a home folder. Raises `StoreError` at once where it cannot be written."""

    def __init__(self, home: str | os.PathLike[str] | None) -> None:
        from ..runs import home_folder  # here, because a watch with a sink has no use for pictures and stored runs

        self.home = Path(home).absolute() if home is not None else home_folder().absolute()
        self.store = Store.open(self.home)
        self._writer: RunWriter | None = None

    def begin(self, started: RunStarted) -> Sink:
        self._writer = self.store.writer(started)
        return self._writer.append

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def run(self, run: str) -> Run:
        """The run as it is recorded by now."""
        from ..runs import open_run

        if self._writer is None:
            raise mistake("run", run, "a run with at least one step", "Nothing was recorded: no optimizer took a step.")
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
