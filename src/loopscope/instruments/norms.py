"""L2 norms of many tensors with one wait for the device. Knows no model."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from .transfer import numbers

ENOUGH = frozenset({torch.float32, torch.float64})
"""Types in which a sum of squares is taken as it stands; halves overflow at 65,504 and are widened first."""


def norms(tensors: list[Tensor]) -> list[float]:
    """The L2 norm of each tensor, of any shape, type, layout (sparse too) and device; NaN where it holds one."""
    kinds = {(tensor.dtype, tensor.layout, tensor.device) for tensor in tensors}
    if len(kinds) == 1 and (kind := next(iter(kinds)))[0] in ENOUGH and kind[1] is torch.strided:
        return torch.stack(torch._foreach_norm(tensors)).tolist()  # pyright: ignore[reportPrivateImportUsage]
    return numbers([_norm(tensor) for tensor in tensors])


def total(parts: Iterable[float]) -> float:
    """The norm of the whole from the norms of its parts."""
    return math.sqrt(sum(part * part for part in parts))


def _norm(tensor: Tensor) -> Tensor:
    if tensor.layout is not torch.strided:
        tensor = tensor.coalesce().values() if tensor.layout is torch.sparse_coo else tensor.to_dense()
    wide = tensor if tensor.dtype in ENOUGH or tensor.is_complex() else tensor.float()
    return torch.linalg.vector_norm(wide)
