"""Large arrays of a recorded figure as even levels, each frame as what it differs by. Knows no message and no file.

`{"__levels__": [name, shape, low, high, bytes]}`: a level for each number between the lowest and the highest of all
frames, 255 of them where the array is drawn as a picture, else 65,535; the next number stands for what is no number.
Each is less the one that stood there in the array of that name one frame before, modulo 256 or 65,536. Of the larger
ones all low bytes stand before all high ones, since the high ones hardly ever change.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..events import Measured
from .scope_take import Take

ROUNDED = ("decision_surface", "neuron_maps", "weights")
"""Instruments whose large arrays are rounded."""
PICTURES = ("decision_surface", "neuron_maps")
LEAST = 128
"""Entries of an array from which on it is large."""


class Rounding:
    """Told the arrays of one take, frame by frame."""

    def __init__(self, take: Take) -> None:
        self._ranges = _ranges(take)
        self._before: dict[str, np.ndarray] = {}

    def rounds(self, instrument: str, key: str) -> bool:
        """Whether this array is told in levels."""
        return f"{instrument}.{key}" in self._ranges

    def told(self, instrument: str, key: str, array: np.ndarray) -> dict[str, Any]:
        """The array as the page puts it together again, upon the one told before."""
        name = f"{instrument}.{key}"
        low, high = self._ranges[name]
        picture = instrument in PICTURES and array.ndim > 1
        most, kind = (254, np.dtype("u1")) if picture else (65_534, np.dtype("<u2"))
        with np.errstate(invalid="ignore"):
            share = (array.astype(np.float64) - low) / ((high - low) or 1.0)
            levels = np.where(np.isfinite(share), np.clip(np.rint(share * most), 0, most), most + 1).astype(kind)
        delta = levels - self._before.get(name, np.zeros_like(levels))  # modulo 256 or 65,536
        self._before[name] = levels
        parts = np.ascontiguousarray(delta).reshape(-1, 1).view(np.uint8)  # (entries, bytes of each)
        return {"__levels__": [name, list(array.shape), low, high, parts.T.tobytes()]}


def _ranges(take: Take) -> dict[str, tuple[float, float]]:
    """Lowest and highest finite value over all frames, of each array that is rounded."""
    ranges: dict[str, tuple[float, float]] = {}
    for event in take.events():
        if not isinstance(event, Measured) or event.instrument not in ROUNDED:
            continue
        for key, array in event.arrays.items():
            finite = array[np.isfinite(array)]
            if array.size < LEAST or array.dtype.kind != "f" or not finite.size:
                continue
            low, high = ranges.get(f"{event.instrument}.{key}", (np.inf, -np.inf))
            ranges[f"{event.instrument}.{key}"] = min(low, float(finite.min())), max(high, float(finite.max()))
    return ranges
