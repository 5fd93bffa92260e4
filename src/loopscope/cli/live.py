"""The one line that is drawn over while a model trains. Hears events; knows no store, no engine and no command."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

from ..events import Event, Measured, RunStarted, StepEnded
from . import screen

if TYPE_CHECKING:
    from rich.text import Text

INTERVAL_S = 0.125
"""Between two drawings: fast enough to read as alive, and at most eight drawings a second to pay for."""
WINDOW = 16
"""Drawings over which the speed is taken: two seconds."""
SHORT = {"accuracy": "acc", "r2": "R²", "perplexity": "ppl"}
INTERRUPT = 3
"""Columns left free: the terminal writes ^C there, and a full line would wrap."""
NARROWEST_BAR, WIDEST_BAR = 6, 28


class LiveLine:
    """Bar, step, loss, accuracy or R², steps a second, time left; drawn by time, never by step.

    On most events it compares one clock and keeps one reference. Where `stream` is no terminal it stays silent.
    """

    def __init__(
        self,
        stream: TextIO,
        on_start: Callable[[RunStarted], None] = lambda started: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._stream = stream
        self._on_start = on_start
        self._clock = clock
        self._console = screen.console(stream) if screen.lively(stream) else None
        self._bar = "━─" if screen.speaks_unicode(stream) else "#-"
        self._total = 0
        self._metric = ""
        self._drawn = 0  # columns of the line that stands there
        self._next = 0.0
        self._past: deque[tuple[float, int]] = deque(maxlen=WINDOW)

    def hear(self, event: Event) -> None:
        """Any event of a run; what has nothing to say to this line is ignored."""
        if isinstance(event, StepEnded):
            if self._console is not None and (now := self._clock()) >= self._next:
                self._next = now + INTERVAL_S
                self._draw(event)
                self._past.append((now, event.step))
        elif isinstance(event, Measured):
            self._note(event)
        elif isinstance(event, RunStarted):
            self._total = int(event.facts.get("steps") or 0)
            self.clear()
            self._on_start(event)

    def say(self, words: str) -> None:
        """Words in the line's place, until the first step or `clear`."""
        if self._console is not None:
            self.clear()
            self._stream.write(words)
            self._stream.flush()
            self._drawn = len(words)

    def clear(self) -> None:
        """Take the line away and leave the cursor where it began."""
        if self._drawn:
            self._stream.write("\r" + " " * (self._drawn + INTERRUPT - 1) + "\r")
            self._stream.flush()
            self._drawn = 0

    def _note(self, event: Measured) -> None:
        if event.instrument != "metrics":
            return
        for name, short in SHORT.items():
            side = "test" if f"test_{name}" in event.values else "train"
            if (value := event.values.get(f"{side}_{name}")) is not None:
                self._metric = f"{side} {short} {screen.score(value)}"
                return

    def _draw(self, event: StepEnded) -> None:
        assert self._console is not None
        line = self.line(event, self._console.size.width - INTERRUPT)
        length = line.cell_len
        # spaces, not an escape code, wipe what the last line had more
        self._stream.write("\r")
        self._console.print(line, end=" " * max(0, self._drawn - length), no_wrap=True, overflow="crop")
        self._stream.flush()
        self._drawn = length

    def line(self, event: StepEnded, width: int) -> Text:
        """The line for a step, `width` columns at the most: what does not fit is left out, least wanted first."""
        from rich.text import Text

        total = f"{self._total:,}"
        # each part keeps its width, so that nothing jumps while numbers change
        known = [f"{event.step:>{len(total)},}/{total}" if self._total else f"step {event.step:,}"]
        known += [f"loss {screen.number(event.loss, digits=3):<8}", self._metric, *self._times(event.step)]
        known = [part for part in known if part]
        while len(known) > 1 and width - _length(known) < (NARROWEST_BAR if self._total else 0):
            known.pop()
        text = self._bar_of(event.step, min(width - _length(known), WIDEST_BAR)) if self._total else Text()
        return text.append("  ".join(["", *known] if text else known)[: width - text.cell_len])

    def _bar_of(self, step: int, columns: int) -> Text:
        from rich.text import Text

        columns = max(columns, 0)
        done = columns * min(step, self._total) // self._total
        return Text(self._bar[0] * done, style="green").append(self._bar[1] * (columns - done), style="dim")

    def _times(self, step: int) -> list[str]:
        """Time left, if an end is known, and steps a second."""
        if not self._past:
            return []  # the time until the first step is set-up, which says nothing of the steps to come
        now, (then, before) = self._clock(), self._past[0]
        if step <= before or now <= then:
            return []
        rate = (step - before) / (now - then)
        speed = f"{rate:>5,.0f} steps/s" if rate >= 10 else f"{rate:>5.2g} steps/s"
        return [f"{_clock((self._total - step) / rate):>5} left", speed] if self._total else [speed]


def _length(parts: Sequence[str]) -> int:
    return sum(len(part) + 2 for part in parts)


def _clock(left: float) -> str:
    """Time left, of even width: 0:07, 12:40, 3:02:11."""
    minutes, rest = divmod(max(0, round(left)), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
