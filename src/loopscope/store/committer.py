"""The thread that commits what the writers of one file have pending. Never looks into an event."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from ..errors import StoreError
from ..events import RunStarted
from . import files, survival
from .failures import LockedError, explained
from .ledger import Ledger, insert_run, reopen_run
from .records import RunRecord, this_host

INTERVAL_S = 0.35
"""Between two commits. With the commit itself it stays under half a second, so that a kill loses less than one."""

_forsaken: list[sqlite3.Connection] = []  # a connection must be neither used nor closed on the far side of a fork


class Committer:
    """Commits all open runs of one file in one transaction, every `INTERVAL_S` and on demand.

    The lock is held while the file is written; the training thread never takes it in `append`.
    """

    def __init__(self, path: Path, clock: Callable[[], float], patience: float | None = None) -> None:
        self.patience = patience
        """Seconds to wait for a file that is locked, from the next transaction on; `files.BUSY_TIMEOUT_S` if None."""
        self._path = path
        self._clock = clock
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._ledgers: list[Ledger] = []
        self._database: sqlite3.Connection | None = None
        self._thread: threading.Thread | None = None
        survival.look_after(self)

    def begin(self, started: RunStarted) -> Ledger:
        """Write the run's row at once, and take care of its ledger from now on."""
        with self._lock:
            now = self._clock()
            with self._transaction() as database:
                key = insert_run(database, started, os.getpid(), this_host(), now)
            return self._take_care_of(Ledger(key, started.run, now))

    def resume(self, record: RunRecord, step: int) -> Ledger:
        """Have a run's row say at once that it is recorded again, from `step` on. Raises `UserMistake` if it is."""
        with self._lock:
            now = self._clock()
            with self._transaction() as database:
                key = reopen_run(database, record, step, os.getpid(), this_host(), now)
                ledger = Ledger(key, record.id, now)
                ledger.resume(database, step)
            return self._take_care_of(ledger)

    def _take_care_of(self, ledger: Ledger) -> Ledger:
        self._ledgers.append(ledger)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="loopscope-store", daemon=True)
            self._thread.start()
        return ledger

    def wake(self) -> None:
        """Have the thread commit now; returns at once."""
        self._wake.set()

    def commit(self) -> None:
        """Commit on the calling thread. Raises `LockedError`; other failures become the refusal of ledgers."""
        with self._lock:
            now = self._clock()
            due = [ledger for ledger in self._ledgers if ledger.collect() and ledger.is_due(now)]
            if due:
                self._write(due, now)

    def dismiss(self, ledger: Ledger) -> None:
        """Commit the last of a run and forget it; connection and thread end with the last run."""
        with self._lock:
            ledger.leaving = True
            try:
                self.commit()
            finally:
                self._forget([ledger])

    def finish(self) -> None:
        """Dismiss every run at the end of the process, where nobody would hear an exception."""
        with self._lock:
            for ledger in list(self._ledgers):
                try:
                    self.dismiss(ledger)
                except StoreError as error:
                    ledger.refusal = str(error)
                if ledger.refusal and not ledger.told:
                    sys.stderr.write(f"loopscope: {ledger.refusal}\n")

    def before_fork(self) -> None:
        """Let no commit be under way, or the child would inherit locks that nobody in it can open."""
        self._lock.acquire()

    def after_fork(self) -> None:
        """In the parent: go on."""
        self._lock.release()

    def after_fork_in_child(self) -> None:
        """Thread, lock and connection are the parent's; begin with nothing, and take no more of its runs."""
        if self._database is not None:
            _forsaken.append(self._database)
        for ledger in self._ledgers:
            ledger.refuse(f"run {ledger.run} belongs to the process this one was forked from; record a run of its own")
        self._lock, self._wake = threading.RLock(), threading.Event()
        self._ledgers, self._database, self._thread = [], None, None

    def _work(self) -> None:
        while True:
            self._wake.wait(INTERVAL_S)
            self._wake.clear()
            with self._lock:
                try:
                    self.commit()
                except LockedError:
                    continue
                self._forget([ledger for ledger in self._ledgers if ledger.leaving])
                if not self._ledgers:
                    self._thread = None
                    return

    def _write(self, due: list[Ledger], now: float) -> None:
        try:
            with self._transaction() as database:
                for ledger in due:
                    ledger.write(database, now)
        except LockedError:
            raise
        except Exception as error:  # whatever it is, the thread must not die of it in silence
            for ledger in due:
                ledger.refuse(str(error) if isinstance(error, StoreError) else f"the store failed: {error!r}")
        else:
            for ledger in due:
                ledger.committed(now)

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection, None, None]:
        patience = files.BUSY_TIMEOUT_S if self.patience is None else self.patience
        with explained("record in", self._path):
            if self._database is None:
                self._database = files.connect(self._path, patience)
            database = self._database
            database.execute(f"PRAGMA busy_timeout = {round(patience * 1000)}")
            database.execute("BEGIN IMMEDIATE")
        try:
            with explained("record in", self._path):
                yield database
                database.execute("COMMIT")
        except BaseException as error:
            if database.in_transaction:
                database.execute("ROLLBACK")
            if isinstance(error, LockedError):  # only where nothing was written yet may it be tried again
                raise StoreError(str(error)) from error
            raise

    def _forget(self, gone: list[Ledger]) -> None:
        self._ledgers = [ledger for ledger in self._ledgers if ledger not in gone]
        if not self._ledgers:
            self._wake.set()  # the thread, too, has nothing left to wait for
            if self._database is not None:
                self._database.close()
            self._database = None
