"""One run's own random numbers among others: what anybody else draws in between does not matter. Seeds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ..loop import LoopState

DRAWING = frozenset({"batch", "zero_grad", "clip"})
"""Phases after which the loop may draw random numbers: the forward pass follows, or a closure inside the step."""


@dataclass(slots=True)
class Randomness:
    """`state` is where torch's global generator stands for this run."""

    state: Tensor

    def lent_to(self, loop: Iterator[LoopState], phase: str = "zero_grad") -> Iterator[LoopState]:
        """The loop, which stands at `phase`, with torch's global generator lent to it while it draws."""
        while True:
            kept = None
            if phase in DRAWING:
                kept = torch.get_rng_state()
                torch.set_rng_state(self.state)
            try:
                state = next(loop)
            except StopIteration:
                return
            finally:
                if kept is not None:
                    self.state = torch.get_rng_state()
                    torch.set_rng_state(kept)
            phase = state.phase
            yield state
