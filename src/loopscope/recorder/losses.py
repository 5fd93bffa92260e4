"""What a call of backward says: the loss's value and the graph it starts from. Knows no optimizer and no run."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, TypeAlias

import torch
from torch import Tensor

Value: TypeAlias = float | Tensor
"""A loss: a number, or, on an accelerator, a detached scalar tensor, because reading it would wait for the device."""

UNSCALED = "_loopscope_unscaled"
"""Attribute of a scaled loss that holds the loss as it was."""


def loss_of(tensors: Any, gradients: Any) -> tuple[Value, list[Any], bool]:
    """What backward is called on: its value (NaN where it has none), its graph's first nodes, whether it was scaled.

    Several tensors stand for their sum, and a tensor of many elements for its product with `gradients`, summed: the
    scalar whose gradient PyTorch computes (torch.autograd.backward: the vector-Jacobian product).
    """
    if gradients is None and isinstance(tensors, Tensor):
        true = getattr(tensors, UNSCALED, None)
        return value_of(tensors if true is None else true), [tensors.grad_fn], true is not None
    each = _listed(tensors)
    weights = _listed(gradients) if gradients is not None else [None] * len(each)
    values = [_scalar(tensor, weight) for tensor, weight in zip(each, weights, strict=False)]
    nodes = [getattr(tensor, "grad_fn", None) or getattr(tensor, "node", None) for tensor in each]
    scaled = any(hasattr(tensor, UNSCALED) for tensor in each)
    return values[0] if len(values) == 1 else _total(values), nodes, scaled


def value_of(tensor: Tensor) -> Value:
    """A scalar tensor's value. NaN for one of many elements."""
    if tensor.is_cpu:
        try:
            return tensor.item()
        except RuntimeError:
            return math.nan
    return tensor.detach().reshape(()) if tensor.numel() == 1 else math.nan


def read(values: list[Value]) -> list[float]:
    """Numbers of all of them, with one wait for the device."""
    waiting = [value for value in values if isinstance(value, Tensor)]
    if not waiting:
        return [float(value) for value in values]
    home = waiting[0].device
    numbers = iter(
        torch.stack([value.to(home, torch.float64 if home.type != "mps" else None) for value in waiting]).tolist()
    )
    return [next(numbers) if isinstance(value, Tensor) else float(value) for value in values]


def _listed(given: Any) -> list[Any]:
    alone = isinstance(given, Tensor) or hasattr(given, "node") or not isinstance(given, Iterable)
    return [given] if alone else list(given)


def _scalar(tensor: Any, weight: Any) -> Value:
    if not isinstance(tensor, Tensor):
        return math.nan  # a gradient edge: a place in a graph without a value
    true = getattr(tensor, UNSCALED, None)
    if true is not None:
        return value_of(true)
    if weight is None:
        return value_of(tensor)
    with torch.no_grad():
        return value_of((tensor.detach() * weight).sum())


def _total(values: list[Value]) -> Value:
    return sum(values[1:], start=values[0]) if values else math.nan
