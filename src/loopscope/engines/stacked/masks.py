"""Which hidden units dropout leaves, drawn for each model from its own random state. Knows no other layer.

A stream of random numbers cannot be stacked without becoming another stream, so this is done model by model, with the
call that `torch.nn.functional.dropout` makes on the CPU: the serial engine draws the same units.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


class Masks:
    """One generator a model, each where that model's own random state stood after its weights were drawn."""

    def __init__(self, states: Sequence[Tensor]) -> None:
        self.generators = [torch.Generator() for _ in states]
        for generator, state in zip(self.generators, states, strict=True):
            generator.set_state(state)

    @property
    def states(self) -> list[Tensor]:
        """Where each model's generator stands."""
        return [generator.get_state() for generator in self.generators]

    def draw(self, hidden: Tensor, p: float) -> Tensor:
        """Factors (models, width, rows) for `hidden` of that shape: 0 with probability p, else 1 / (1 - p)."""
        models, width, rows = hidden.shape
        kept = torch.empty(models, rows, width)  # a model's own order: row after row
        for own, generator in zip(kept, self.generators, strict=True):
            own.bernoulli_(1 - p, generator=generator)
        return kept.div_(1 - p).mT.to(hidden.device)

    def selected(self, positions: Sequence[int]) -> Masks:
        """Of these models only; the generators go on in it."""
        chosen = Masks([])
        chosen.generators = [self.generators[p] for p in positions]
        return chosen
