"""Examine one model: shapes, calls, the loss around its weights. Torch is loaded by the first question asked."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .activation_gallery import ActivationGallery, activations
    from .architectures import Architecture, architecture
    from .call_order import CallTrace, calls
    from .chains import ChainRule, chain_rule
    from .gradients_checked import GradCheck, gradcheck
    from .landscape_sharpness import Sharpness, sharpness
    from .landscapes import Landscape, landscape
    from .table import ShapeTable, shapes

_HOME = {
    "ActivationGallery": ".activation_gallery",
    "Architecture": ".architectures",
    "CallTrace": ".call_order",
    "ChainRule": ".chains",
    "GradCheck": ".gradients_checked",
    "Landscape": ".landscapes",
    "ShapeTable": ".table",
    "Sharpness": ".landscape_sharpness",
    "activations": ".activation_gallery",
    "architecture": ".architectures",
    "calls": ".call_order",
    "chain_rule": ".chains",
    "gradcheck": ".gradients_checked",
    "landscape": ".landscapes",
    "shapes": ".table",
    "sharpness": ".landscape_sharpness",
}

__all__ = [
    "ActivationGallery",
    "Architecture",
    "CallTrace",
    "ChainRule",
    "GradCheck",
    "Landscape",
    "ShapeTable",
    "Sharpness",
    "activations",
    "architecture",
    "calls",
    "chain_rule",
    "gradcheck",
    "landscape",
    "shapes",
    "sharpness",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_HOME[name], __name__), name)
    globals()[name] = found  # no submodule may bear the name of a function: importing it would hide the function
    return found
