"""The base of every instrument: what it reads, when it is due, what it costs. Knows no loop and no file."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from .cadence import Cadence, cadence_of
from .moment import Moment

COST = "cost_s"


@dataclass(slots=True)
class Reading:
    """What was read: numbers by key and arrays by key."""

    values: dict[str, float] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Nothing was there to be read (its own cost does not count)."""
        return not self.arrays and not self.values.keys() - {COST}


class Instrument(ABC):
    """Measures one thing. A final subclass a file; listed in registry.py.

    To look changes nothing: it leaves parameters, buffers, `.grad`, module modes, hooks and every random
    state bit for bit as they were, also when it raises. Use `quietly` around any forward pass.

    A driver calls `ready` right before the optimizer's step and `take` right after it, on due steps only,
    or lets `round.py` do both for all instruments. A subclass overrides `why_not`, `prepare` and `measure`.

    A key of `describes` is the name of a value or an array. Where one is measured for each parameter or layer,
    it is a pattern: `{parameter}` and `{layer}` stand for names as in `model.named_parameters()` and
    `model.named_modules()`.
    """

    name: ClassVar[str]
    describes: ClassVar[dict[str, str]]
    """Each key, or pattern of keys → what it means, with its unit in brackets."""
    example: ClassVar[str]
    """A line of Python that makes one."""
    usual: ClassVar[Cadence]
    """Its cadence where none is given."""

    def __init__(
        self, cadence: Cadence | str | int | None = None, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.cadence = self.usual if cadence is None else cadence_of(cadence)
        self.clock = clock
        self._preparing_s = 0.0

    def applies(self, moment: Moment) -> bool:
        """Whether it can measure this moment."""
        return not self.why_not(moment)

    def why_not(self, moment: Moment) -> str:
        """One sentence on what is missing, empty where nothing is."""
        return ""

    def ready(self, moment: Moment) -> None:
        """`prepare`, with its time added to the next reading's cost."""
        begun = self.clock()
        try:
            self.prepare(moment)
        finally:
            self._preparing_s += self.clock() - begun

    def take(self, moment: Moment) -> Reading:
        """`measure`, with what it cost in `values["cost_s"]` (seconds, preparation included)."""
        begun, preparing = self.clock(), self._preparing_s
        self._preparing_s = 0.0
        reading = self.measure(moment)
        reading.values[COST] = preparing + self.clock() - begun
        return reading

    def prepare(self, moment: Moment) -> None:  # noqa: B027 - most have nothing to prepare
        """Look before the step, where before and after are to be compared. Most need not."""

    @abstractmethod
    def measure(self, moment: Moment) -> Reading:
        """Read this moment. An empty `Reading` says that there was nothing to read."""
