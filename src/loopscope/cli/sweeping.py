"""The line that is drawn over while a sweep trains: how much is done, how long it will take. Knows no run."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from . import screen
from .live import INTERVAL_S

if TYPE_CHECKING:
    from ..sweeps import Progress

COLUMNS = 28


class Bar:
    """Silent where nobody looks: `stream` is no terminal, or silence was asked for."""

    def __init__(
        self,
        stream: TextIO,
        silent: bool,
        begin: Callable[[Progress], None] = lambda progress: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`begin` hears what there is to do, before anything trains."""
        self._stream, self._begin, self._begun = stream, begin, False
        self._shown = screen.lively(stream) and not silent
        self._signs = "━─" if screen.speaks_unicode(stream) else "#-"
        self._clock, self._next, self._drawn = clock, 0.0, 0

    def hear(self, progress: Progress) -> None:
        """Draw, where it is time."""
        if not self._begun:
            self._begun = True
            self._begin(progress)
        if not self._shown or self._clock() < self._next:
            return
        self._next = self._clock() + INTERVAL_S
        done = round(COLUMNS * progress.share)
        parts = [
            self._signs[0] * done + self._signs[1] * (COLUMNS - done),
            f"{progress.finished:>{len(f'{progress.runs:,}')},}/{progress.runs:,} runs",
            f"{screen.seconds(progress.left_s)} left" if progress.left_s is not None else "",
        ]
        self._put("  ".join(filter(None, parts)))

    def close(self) -> None:
        """Take the line away."""
        self._put("")

    def _put(self, line: str) -> None:
        if not self._shown:
            return
        with suppress(OSError):  # nobody looks any more, which is no reason not to train
            self._stream.write("\r" + line.ljust(self._drawn) + ("\r" if not line else ""))
            self._stream.flush()
        self._drawn = len(line)
