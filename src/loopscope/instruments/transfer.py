"""Bring tensors to the host with one wait for each device. Knows no model."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor


def numbers(scalars: Sequence[Tensor]) -> list[float]:
    """Tensors of one element as floats."""
    found = [math.nan] * len(scalars)
    for device, places in _by_device(scalars).items():
        together = torch.stack([_widened(scalars[place].detach().reshape(()), device) for place in places]).tolist()
        for place, number in zip(places, together, strict=True):
            found[place] = number
    return found


def arrays(tensors: Sequence[Tensor]) -> list[np.ndarray]:
    """Tensors of any shapes as floating-point arrays of the same shapes, at least 32 bits wide."""
    found: list[np.ndarray] = [np.empty(0)] * len(tensors)
    for places in _by_device(tensors).values():
        flat = [_floating(tensors[place].detach()).reshape(-1) for place in places]
        together = torch.cat(flat).cpu().numpy()
        ends = np.cumsum([len(part) for part in flat])[:-1]
        for place, part in zip(places, np.split(together, ends), strict=True):
            found[place] = part.reshape(tensors[place].shape)
    return found


def sample(tensor: Tensor, most: int) -> Tensor:
    """A copy of at most `most` entries of `tensor`, evenly spread over all its dimensions, in one dimension."""
    flat = tensor.detach().reshape(-1)
    stride = max(1, math.ceil(len(flat) / most))
    # a stride that shares a factor with a dimension would see only some of its units
    while stride > 1 and math.gcd(stride, len(flat)) > 1:
        stride += 1
    return flat[::stride].clone()


def histogram(entries: np.ndarray, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Counts (bins,) and edges (bins + 1,) over the finite entries; NaN and infinite ones are left out."""
    finite = entries[np.isfinite(entries)].astype(np.float64)
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    if high - low <= 1e-12 * max(abs(low), abs(high)):  # too narrow to be cut into bins
        margin = max(0.5, 1e-3 * abs(low))
        low, high = low - margin, high + margin
    return np.histogram(finite, bins=bins, range=(low, high))


def _by_device(tensors: Sequence[Tensor]) -> dict[torch.device, list[int]]:
    places: dict[torch.device, list[int]] = {}
    for place, tensor in enumerate(tensors):
        places.setdefault(tensor.device, []).append(place)
    return places


def _floating(tensor: Tensor) -> Tensor:
    if tensor.is_complex():
        tensor = tensor.abs()
    return tensor if tensor.dtype in (torch.float32, torch.float64) else tensor.float()


def _widened(tensor: Tensor, device: torch.device) -> Tensor:
    if tensor.is_complex():
        tensor = tensor.abs()
    return tensor.float() if device.type == "mps" else tensor.double()  # Apple's GPUs have no doubles
