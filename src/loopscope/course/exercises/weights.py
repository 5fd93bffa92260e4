"""The parameters that a traced loop has met: their names, their gradients, which of them moved. Hears nothing."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from ...recorder.graph import leaves


class Weights:
    """Parameters by name: as a module calls them (`fc1.weight`), else `weight 1`, `weight 2` … as they are met."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}  # id → name; the tensors are held below, so that no id is used twice
        self._tensors: dict[str, Tensor] = {}
        self._values: dict[str, Tensor] = {}
        self._roots: set[int] = set()

    def names(self) -> tuple[str, ...]:
        """All met so far."""
        return tuple(self._tensors)

    def meet(self, owner: Any) -> None:
        """A module's or an optimizer's. A module's own names win."""
        if isinstance(owner, nn.Module):
            if id(owner) not in self._roots:
                for name, parameter in owner.named_parameters():
                    self._add(parameter, name, better=True)
                self._roots.add(id(owner))
        elif isinstance(owner, Optimizer):
            for group in owner.param_groups:
                for parameter in group["params"]:
                    self._add(parameter)

    def meet_graph(self, tensors: Any) -> None:
        """Those that a backward from here would reach."""
        each = [tensors] if isinstance(tensors, Tensor) else list(tensors)
        for leaf in leaves([tensor.grad_fn for tensor in each if isinstance(tensor, Tensor)]):
            self._add(leaf)

    def gradients(self) -> dict[str, Tensor]:
        """Copies of those that are there."""
        return {name: each.grad.detach().clone() for name, each in self._tensors.items() if each.grad is not None}

    def touched(self, before: dict[str, Tensor], after: dict[str, Tensor]) -> tuple[str, ...]:
        """Whose gradient is another one than before."""
        return tuple(name for name, now in after.items() if name not in before or not _equal(before[name], now))

    def moved(self) -> tuple[str, ...]:
        """Which weights are others than when this was last asked."""
        found = tuple(name for name, each in self._tensors.items() if not _equal(self._values[name], each))
        for name in found:
            self._values[name] = self._tensors[name].detach().clone()
        return found

    def _add(self, tensor: Tensor, name: str = "", better: bool = False) -> None:
        known = self._names.get(id(tensor))
        if known is not None and not (better and known.startswith("weight ")):
            return
        name = name or f"weight {len(self._tensors) + 1}"
        while name in self._tensors:  # two models may each have an fc1.weight
            name += "'"
        self._names[id(tensor)] = name
        if known is not None:
            self._values[name] = self._values.pop(known)
            del self._tensors[known]
        else:
            self._values[name] = tensor.detach().clone()
        self._tensors[name] = tensor


def _equal(one: Tensor, other: Tensor) -> bool:
    """The same numbers, NaN being itself: what diverged does not change with each look."""
    other = other.detach()
    return one.shape == other.shape and (torch.equal(one, other) or bool(torch.isclose(one, other, 0, 0, True).all()))
