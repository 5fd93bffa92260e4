"""Penalties on weights, added to the loss. Knows nothing of optimizers (their own weight decay is another thing)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


def weight_penalty(l1: float, l2: float) -> Callable[[nn.Module], Tensor] | None:
    """l1 · Σ|w| + l2 · Σw² over all weights of two or more dimensions (biases and norms are left out).

    None where both are zero, so that the loop has nothing to add.
    """
    if not l1 and not l2:
        return None

    def penalty(model: nn.Module) -> Tensor:
        weights = [p for p in model.parameters() if p.dim() > 1]
        total = torch.zeros((), device=weights[0].device)
        for w in weights:
            if l1:
                total = total + l1 * w.abs().sum()
            if l2:
                total = total + l2 * w.square().sum()
        return total

    return penalty
