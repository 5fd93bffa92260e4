"""Nested plain data as named tensors alone, and back bit for bit. Knows no file and no process.

torch.distributed.checkpoint writes tensors by name, and loses empty lists and mappings on the way.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any, cast

import torch
from torch import Tensor

FRAME = "frame"
PLACE = "__tensor__"


def apart(data: Any) -> dict[str, Tensor]:
    """Every tensor of `data` by a number, and what is around them as bytes (`FRAME`)."""
    tensors: dict[str, Tensor] = {}

    def noted(tensor: Tensor) -> dict[str, Any]:
        tensors[str(len(tensors))] = tensor
        return {PLACE: len(tensors) - 1, "cpu": tensor.device.type == "cpu"}

    frame = io.BytesIO()
    torch.save(_each(data, Tensor, noted), frame)
    return {**tensors, FRAME: torch.frombuffer(bytearray(frame.getvalue()), dtype=torch.uint8)}


def together(parts: Mapping[str, Tensor], device: torch.device) -> Any:
    """What was taken apart; its tensors on the CPU where they were there, else on `device`."""

    def put(place: dict[str, Any]) -> Any:
        if PLACE not in place:
            return {key: _each(inner, dict, put) for key, inner in place.items()}
        tensor = parts[str(place[PLACE])]
        return tensor if place["cpu"] else tensor.to(device)

    frame = torch.load(io.BytesIO(parts[FRAME].numpy().tobytes()), weights_only=True)
    return _each(frame, dict, put)


def _each(value: Any, kind: type, change: Callable[[Any], Any]) -> Any:
    """`value` with everything of a kind in it changed."""
    if isinstance(value, kind):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(inner, kind, change) for key, inner in cast(dict[Any, Any], value).items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_each(inner, kind, change) for inner in cast(list[Any], value))  # pyright: ignore[reportUnknownArgumentType]
    return value
