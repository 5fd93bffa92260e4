"""When an instrument is due. Knows step numbers and ends of epochs, nothing of what is measured."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

from ..errors import mistake


class Cadence(ABC):
    """Decides from the step's number alone, so it gives the same answer before and after the step.

    Step 0, before any training, is due for all but `OnDemand`. `str(cadence)` is the text that `cadence_of` reads.
    """

    __slots__ = ()

    @abstractmethod
    def due(self, step: int, epoch_ended: bool = False) -> bool:
        """Whether to measure at optimizer step `step`; `epoch_ended` where it was its epoch's last."""


@dataclass(frozen=True, slots=True)
class Every(Cadence):
    """Every `n` steps."""

    n: int = 1

    def __post_init__(self) -> None:
        if self.n < 1:
            raise mistake("cadence", self.n, "1 or more steps", "Try 10.")

    def due(self, step: int, epoch_ended: bool = False) -> bool:
        return step % self.n == 0

    def __str__(self) -> str:
        return str(self.n)


@dataclass(frozen=True, slots=True)
class LogSpaced(Cadence):
    """Often at first, ever rarer later: `per_octave` times between step n and step 2n (every step while n is small).

    A run of 1,000,000 steps is measured about 20 × `per_octave` times, so what is recorded grows with the
    logarithm of the run.
    """

    per_octave: int = 8

    def __post_init__(self) -> None:
        if self.per_octave < 1:
            raise mistake("cadence", f"log:{self.per_octave}", "log:1 or more times an octave", "Try log:8.")

    def due(self, step: int, epoch_ended: bool = False) -> bool:
        return step < 2 or self._slot(step) > self._slot(step - 1)

    def _slot(self, step: int) -> int:
        return math.floor(self.per_octave * math.log2(step))

    def __str__(self) -> str:
        return f"log:{self.per_octave}"


@dataclass(frozen=True, slots=True)
class EveryEpoch(Cadence):
    """At the end of each epoch."""

    def due(self, step: int, epoch_ended: bool = False) -> bool:
        return epoch_ended or step == 0

    def __str__(self) -> str:
        return "epoch"


@dataclass(frozen=True, slots=True)
class OnDemand(Cadence):
    """Only when somebody asks for it by name."""

    def due(self, step: int, epoch_ended: bool = False) -> bool:
        return False

    def __str__(self) -> str:
        return "demand"


def cadence_of(given: Cadence | str | int) -> Cadence:
    """A cadence as typed: `10` (steps), `log`, `log:16` (times an octave), `epoch`, `demand`. Raises `UserMistake`."""
    if isinstance(given, Cadence):
        return given
    text = str(given).strip().lower()
    named = {"log": LogSpaced(), "epoch": EveryEpoch(), "demand": OnDemand()}
    if text in named:
        return named[text]
    if counted := re.fullmatch(r"(log:)?([0-9]{1,12})", text):
        return (LogSpaced if counted[1] else Every)(int(counted[2]))
    raise mistake("cadence", given, "a number of steps, log, log:TIMES_AN_OCTAVE, epoch or demand", "Try 10 or log.")
