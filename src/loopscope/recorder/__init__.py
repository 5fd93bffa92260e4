"""Record anyone's PyTorch loop, unchanged. Never sees a web server; importing this loads no torch."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .script import run_script
    from .watching import WatchedRun, watch

__all__ = ["WatchedRun", "run_script", "watch"]

_HOME = {"WatchedRun": "watching", "run_script": "script", "watch": "watching"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
