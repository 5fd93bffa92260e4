"""How long to measure. Knows no claim."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """`quick` looks whether everything runs: a tenth of the time, with intervals as wide as that makes them."""

    quick: bool = False

    def seconds(self, usual: float) -> float:
        return usual / 10 if self.quick else usual

    def count(self, usual: int, quick: int) -> int:
        return quick if self.quick else usual
