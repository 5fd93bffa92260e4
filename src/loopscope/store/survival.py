"""What becomes of committers when the process ends or forks. Knows them only by four methods.

Nothing is registered before the first committer exists.
"""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from typing import Protocol


class Survivor(Protocol):
    """Somebody with locks, threads or pending work of its own."""

    def before_fork(self) -> None: ...
    def after_fork(self) -> None: ...
    def after_fork_in_child(self) -> None: ...
    def finish(self) -> None: ...


class _Watch:
    def __init__(self) -> None:
        self.survivors: weakref.WeakSet[Survivor] = weakref.WeakSet()
        self.forking = threading.RLock()  # two threads may fork at once
        self.held: list[Survivor] = []
        self.registered = False


_watch = _Watch()


def look_after(survivor: Survivor) -> None:
    """Tell `survivor` of every fork and of the end of the process, for as long as it lives."""
    _watch.survivors.add(survivor)
    if _watch.registered:
        return
    _watch.registered = True
    atexit.register(_at_exit)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_after_in_child)


def _at_exit() -> None:
    for survivor in list(_watch.survivors):
        survivor.finish()


def _before() -> None:
    _watch.forking.acquire()
    _watch.held = list(_watch.survivors)
    for survivor in _watch.held:
        survivor.before_fork()


def _after() -> None:
    for survivor in _watch.held:
        survivor.after_fork()
    _watch.held = []
    _watch.forking.release()


def _after_in_child() -> None:
    for survivor in _watch.held:
        survivor.after_fork_in_child()
    _watch.held, _watch.forking = [], threading.RLock()
