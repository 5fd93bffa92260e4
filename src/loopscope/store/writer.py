"""The pen that a training loop holds: events go in, and are in the file within a second. Never waits for a disk."""

from __future__ import annotations

import weakref
from types import TracebackType
from typing import Self

from ..errors import StoreError
from ..events import Event, RunEnded
from .committer import Committer
from .ledger import Ledger


class RunWriter:
    """Records one run. Made by `Store.writer`; may be used from several threads.

    What goes wrong behind the scenes (a full disk, a value that is no number) is raised as `StoreError` by the next
    `append`, `flush` or `close`; what was committed before stays readable.
    """

    __slots__ = ("__weakref__", "_closed", "_committer", "_ledger", "_put")

    def __init__(self, committer: Committer, ledger: Ledger) -> None:
        self._committer = committer
        self._ledger = ledger
        self._put = ledger.pending.append
        self._closed = False
        weakref.finalize(self, setattr, ledger, "leaving", True).atexit = False

    @property
    def run(self) -> str:
        """The run's id."""
        return self._ledger.run

    @property
    def committed_step(self) -> int:
        """The last step that is in the file, 0 before the first."""
        return self._ledger.committed_step

    def append(self, event: Event) -> None:
        """Take an event; it is in the file within half a second (at once for `RunEnded`, in the background).

        The event's mappings and arrays are read later and must not change. `PhaseEnded` and `RunStarted` are not
        recorded a second time. Raises `StoreError` if recording has failed or the writer is closed.
        """
        if self._ledger.refusal is not None:
            raise self._refused()
        self._put(event)
        if event.__class__ is RunEnded:
            self._committer.wake()

    def flush(self) -> None:
        """Have everything appended so far in the file when this returns. Raises `StoreError`."""
        if not self._closed:
            self._committer.commit()
        if self._ledger.refusal is not None:
            raise self._refused()

    def close(self) -> None:
        """Commit and let go; a second call does nothing. A run without `RunEnded` counts as interrupted.

        Raises `StoreError` where not everything got into the file.
        """
        if self._closed:
            return
        self._closed = True
        self._committer.dismiss(self._ledger)
        if self._ledger.refusal is not None:
            raise self._refused()
        self._ledger.refusal = f"run {self.run} is closed; nothing more can be recorded"

    def _refused(self) -> StoreError:
        self._ledger.told = True
        return StoreError(self._ledger.refusal or "")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except StoreError:
            if error is None:  # otherwise the error that is on its way says more
                raise
