"""Deletion of runs that can be taken back for a while. Knows no HTTP."""

from __future__ import annotations

import threading
from pathlib import Path

from ..errors import LoopscopeError, mistake
from ..runs import delete_run, open_run


class Removal:
    """Runs on their way out. Safe across threads, since the API's answers are made in several."""

    def __init__(self, home: Path, after_s: float) -> None:
        self._home, self._after_s = home, after_s
        self._timers: dict[str, threading.Timer] = {}
        self._lock = threading.Lock()

    @property
    def leaving(self) -> frozenset[str]:
        """Ids of runs that will be gone soon."""
        with self._lock:
            return frozenset(self._timers)

    def ask(self, text: str) -> str:
        """Have a run deleted after a while; its id. Raises `UserMistake` for one that is being recorded."""
        run = open_run(text, self._home)
        if run.status == "running":
            raise mistake("run", run.id, "a run that has ended", "It is being recorded; stop it first.")
        with self._lock:
            if run.id not in self._timers:
                timer = threading.Timer(self._after_s, self._carry_out, (run.id,))
                timer.daemon = True
                self._timers[run.id] = timer
                timer.start()
        return run.id

    def take_back(self, run: str) -> bool:
        """Keep a run after all; False where it was not on its way out."""
        with self._lock:
            timer = self._timers.pop(run, None)
        if timer is not None:
            timer.cancel()
        return timer is not None

    def finish(self) -> None:
        """Carry out what was asked for, since nobody can take it back any more."""
        for run in self.leaving:
            self._carry_out(run)

    def _carry_out(self, run: str) -> None:
        if self.take_back(run):
            try:
                delete_run(run, self._home)
            except LoopscopeError:  # gone already, or the file cannot be written: it is still there to be seen
                return
