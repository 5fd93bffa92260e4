"""What a stack takes of the machine's memory. Knows no experiment."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
from torch import Tensor, nn

SHARE = 4
"""A stack may take one part in so many of the machine's memory."""
UNKNOWN = 8 * 2**30
"""The machine's memory where it does not say."""
COPIES = 12
"""Of each parameter at the most: the module's own, weight, gradient, two buffers and an average, and of these but the
gradient a copy to go back to; two for the arithmetic in between."""
PASSES = 4
"""Of each unit's value: what the forward pass keeps, its gradient, and what lies in between."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """Of one model: its `parameters`, and the values of all units for one row."""

    parameters: int
    units: int

    @classmethod
    def of(cls, model: nn.Module, row: Tensor) -> Footprint:
        """Counted by a forward pass of a model on PyTorch's meta device, which has shapes and no numbers."""
        counts: list[int] = []

        def count(_module: nn.Module, _inputs: object, outputs: object) -> None:
            if isinstance(outputs, Tensor):
                counts.append(outputs.numel())

        leaves = [module for module in model.modules() if not any(module.children())]
        handles = [leaf.register_forward_hook(count) for leaf in leaves]
        model.eval()
        with torch.no_grad():
            model(torch.empty_like(row, device="meta").unsqueeze(0))
        for handle in handles:
            handle.remove()
        return cls(sum(p.numel() for p in model.parameters()), sum(counts))

    def bytes(self, rows: int) -> int:
        """Of one model that sees so many rows at once."""
        return 4 * (COPIES * self.parameters + PASSES * self.units * rows)

    def numbers(self, rows: int) -> int:
        """That a step of one model goes through, about."""
        return max(1, self.parameters + self.units * rows)


def usual_budget() -> int:
    """Bytes that a stack may take."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // SHARE
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return UNKNOWN // SHARE
