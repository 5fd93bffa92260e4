"""Notice steps of a loop that updates its weights itself, without an optimizer. Looks at weights; sends no event."""

from __future__ import annotations

import weakref
from collections.abc import Container
from itertools import islice
from typing import Any

from torch import Tensor

from .graph import leaves
from .losses import Value
from .slots import Tally

LOOKED_AT = 2
"""Weights nearest to the loss that stand for all of them."""
ENTRIES = 256
"""Entries of each that are summed up."""


class ByHand:
    """A step by hand: weights that a loss had reached were changed in place before the next backward.

    Both `w -= lr * w.grad` under `torch.no_grad()` and `w.data -= …` are seen. Weights that are replaced by new
    tensors are not: a saliency map over ever new inputs would look the same. `only` are the ids of the weights that
    count; all where it is empty.
    """

    def __init__(self, only: set[int]) -> None:
        self.tally = Tally()
        """Losses since the last step."""
        self._only = only
        self._marks: list[tuple[weakref.ref[Tensor], tuple[int, float]]] = []

    def look(self, nodes: list[Any], value: Value, rows: int) -> None:
        """Take a loss, and remember the weights under it as they are now."""
        known: Container[int] | None = self._only or None
        weights = (leaf for leaf in leaves(nodes) if known is None or id(leaf) in known)
        marks = [(weakref.ref(leaf), _mark(leaf)) for leaf in islice(weights, LOOKED_AT)]
        if marks:
            if all(leaf is None or leaf.grad is None for leaf in (known() for known, _ in self._marks)):
                self.tally.count = 0  # gradients that were thrown away lead to no step
            self._marks = marks
            self.tally.add(value, rows)

    def moved(self) -> bool:
        """Whether they have changed since."""
        return any((leaf := known()) is not None and _mark(leaf) != mark for known, mark in self._marks)


def _mark(leaf: Tensor) -> tuple[int, float]:
    # a change through .data leaves the version as it is, so the values are looked at too
    total = leaf.detach().flatten()[:ENTRIES].double().sum().item()
    return leaf._version, total  # pyright: ignore[reportPrivateUsage]
