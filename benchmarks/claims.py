"""Which claims there are, and how to measure some of them. Knows no figure by name."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable, Iterable

from loopscope.errors import unknown

from .effort import Effort
from .figure import Figure, unmeasured

CLAIMS = (
    "loop",
    "recorder",
    "recorder_5ms",
    "startup",
    "million_steps",
    "stacked",
    "data_parallel",
    "lab",
    "lab_load",
    "lab_memory",
    "landscape",
    "ray_scaling",
    "peers",
)
"""Names of modules with `measure(effort) -> list[Figure]`; peers last, whose imports are nobody else's matter."""


def chosen(names: Iterable[str]) -> tuple[str, ...]:
    """The claims asked for, all where none is. Raises `UserMistake` for an unknown one, with the nearest known."""
    asked = tuple(names)
    for name in asked:
        if name not in CLAIMS:
            raise unknown("claim", name, CLAIMS)
    return asked or CLAIMS


def measure(claim: str, effort: Effort, tell: Callable[[str], object]) -> list[Figure]:
    """A claim's figures; one that breaks says so in its place, and the others go on."""
    try:
        return importlib.import_module(f".{claim}", __package__).measure(effort)
    except Exception as error:
        tell(traceback.format_exc())
        return [unmeasured(claim, "", f"{type(error).__name__}: {error}")]
