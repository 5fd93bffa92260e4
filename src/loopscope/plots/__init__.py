"""Figures for paper and terminal, from plain arrays. Never sees torch; Matplotlib is loaded by the first figure."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .chained import chain
    from .curves import comparison, loss
    from .heatmaps import weights
    from .landscape import passage, terrain
    from .layer_columns import architecture
    from .layers import gradients
    from .matrix import confusion
    from .panels import activations
    from .plane import surface
    from .points import data
    from .regression import agreement, fit
    from .sheet import Picture
    from .slope_panels import slopes
    from .step_error_curves import step_errors
    from .terminal import loss_plot

_HOME = {
    "activations": ".panels",
    "agreement": ".regression",
    "architecture": ".layer_columns",
    "chain": ".chained",
    "comparison": ".curves",
    "confusion": ".matrix",
    "data": ".points",
    "fit": ".regression",
    "gradients": ".layers",
    "loss": ".curves",
    "loss_plot": ".terminal",
    "passage": ".landscape",
    "Picture": ".sheet",
    "slopes": ".slope_panels",
    "step_errors": ".step_error_curves",
    "surface": ".plane",
    "terrain": ".landscape",
    "weights": ".heatmaps",
}

__all__ = [
    "Picture",
    "activations",
    "agreement",
    "architecture",
    "chain",
    "comparison",
    "confusion",
    "data",
    "fit",
    "gradients",
    "loss",
    "loss_plot",
    "passage",
    "slopes",
    "step_errors",
    "surface",
    "terrain",
    "weights",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        found = getattr(import_module(_HOME[name], __name__), name)
        globals()[name] = found  # no submodule may bear the name of a function: importing it would hide the function
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
