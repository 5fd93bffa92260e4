"""What is done to the gradients of a stack, and what is added to its losses, model by model. Knows no optimizer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from .layout import Layout

EPSILON = 1e-6
"""As in `torch.nn.utils.clip_grad_norm_`."""


def stacked_penalty(
    l1: Sequence[float], l2: Sequence[float], weights: dict[str, Tensor]
) -> Callable[[], Tensor] | None:
    """l1 · Σ|w| + l2 · Σw² of each model (models,), over weights of two or more dimensions as in `loop.penalties`.

    None where all are zero.
    """
    matrices = [weight for weight in weights.values() if weight.dim() > 2]
    terms: list[tuple[Tensor, Callable[[Tensor], Tensor]]] = []
    for strengths, size in ((l1, torch.abs), (l2, torch.square)):
        if any(strengths):
            terms.append((torch.tensor(strengths, dtype=torch.float32, device=matrices[0].device), size))
    if not terms:
        return None

    def penalty() -> Tensor:
        sums = [strength * size(w).flatten(1).sum(1) for w in matrices for strength, size in terms]
        return torch.stack(sums).sum(0)

    return penalty


class Clipping:
    """Bounds of each model's gradient norm and entries; None for a model that has none."""

    def __init__(self, norms: Sequence[float | None], values: Sequence[float | None], layout: Layout) -> None:
        self.layout = layout
        self.norm = self._bounds(norms)
        self.value = self._bounds(values)
        self.value = None if self.value is None else layout.spread(self.value)

    def _bounds(self, given: Sequence[float | None]) -> Tensor | None:
        if all(bound is None for bound in given):
            return None
        filled = [math.inf if bound is None else bound for bound in given]
        return torch.tensor(filled, dtype=torch.float32, device=self.layout.owner.device)

    @property
    def hides(self) -> bool:
        """Whether an infinite entry can come out of it as a finite one."""
        return self.value is not None

    def __call__(self, gradient: Tensor) -> None:
        """In place: the norm first, then the entries, as the loop has it."""
        if self.norm is not None:
            total = self.layout.sums(gradient.square()).sqrt()
            factor = (self.norm / (total + EPSILON)).clamp_(max=1.0)
            gradient.mul_(self.layout.spread(factor))
        if self.value is not None:
            gradient.clamp_(-self.value, self.value)  # type: ignore[arg-type]
