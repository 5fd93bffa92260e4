"""From a run's events to its one row. Keeps no event."""

from __future__ import annotations

import math
from typing import Any

from ..events import Event, Measured, RunEnded, RunStarted, StepEnded
from ..instruments import Every, Instrument, make

AT_THE_ENDS = Every(10**12)
"""Measured before the first step and after the last one alone."""
CURVE_PER_OCTAVE = 8


def watching() -> list[Instrument]:
    """What each run of a sweep measures."""
    return make({"loss": AT_THE_ENDS, "metrics": AT_THE_ENDS})


class Watcher:
    """Hears one run. It was `expected` to take so many steps; `row` is there once it is over."""

    def __init__(self, run: int, rung: int) -> None:
        self.run, self.rung = run, rung
        self.expected = 0
        self.row: dict[str, Any] | None = None
        self._figures: dict[str, float] = {}
        self._curve: tuple[list[int], list[float]] = [], []
        self._next = 1.0

    def hear(self, event: Event) -> None:
        if isinstance(event, StepEnded):
            if event.step >= self._next:
                self._note(event)
        elif isinstance(event, Measured):
            self._take(event)
        elif isinstance(event, RunStarted):
            self.expected = int(event.facts["steps"])
        elif isinstance(event, RunEnded):
            self.row = self._over(event)

    def _note(self, event: StepEnded) -> None:
        self._curve[0].append(event.step)
        self._curve[1].append(event.loss)
        self._next = max(event.step + 1, event.step * 2 ** (1 / CURVE_PER_OCTAVE))

    def _take(self, event: Measured) -> None:
        if event.instrument == "loss":
            sides = ("train", "test")
            self._figures |= {f"{side}_loss": event.values[side] for side in sides if side in event.values}
        elif event.instrument == "metrics":
            self._figures |= {name: value for name, value in event.values.items() if not name.endswith("cost_s")}

    def _over(self, ended: RunEnded) -> dict[str, Any]:
        figures = {name: value if math.isfinite(value) else None for name, value in self._figures.items()}
        how = {"status": ended.status, "reason": ended.reason, "steps": ended.step}
        return {"run": self.run, "rung": self.rung, **how, **figures, "curve": self._curve}
