"""Remember where a loss was not finite. Knows steps and numbers only."""

from __future__ import annotations

import math
from typing import Any


class NotFinite:
    """Losses of NaN or ±infinity: how many, the first one, and since when without a break."""

    def __init__(self) -> None:
        self.count = 0
        self.first = 0
        self.since = 0
        self.last = 0
        self.value = math.nan

    def look(self, step: int, loss: float) -> None:
        """The loss of a step, steps in order."""
        if math.isfinite(loss):
            return
        self.count += 1
        self.first = self.first or step
        self.since = self.since if self.last and self.last == step - 1 else step
        self.last, self.value = step, loss

    @property
    def facts(self) -> dict[str, Any]:
        """For the run's end; empty where every loss was finite."""
        return {"not_finite_losses": self.count, "first_not_finite_step": self.first} if self.count else {}
