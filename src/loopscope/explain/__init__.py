"""Examine one model with one batch: shapes and calls. Torch is loaded by the first question asked."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .call_order import CallTrace, calls
    from .table import ShapeTable, shapes

_HOME = {"CallTrace": ".call_order", "calls": ".call_order", "ShapeTable": ".table", "shapes": ".table"}

__all__ = ["CallTrace", "ShapeTable", "calls", "shapes"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_HOME[name], __name__), name)
    globals()[name] = found  # no submodule may bear the name of a function: importing it would hide the function
    return found
