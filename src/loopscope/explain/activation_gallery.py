"""Every elementwise activation of PyTorch: value, slope, where it is dead and where saturated. Knows no model."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ..errors import mistake, unknown
from ..instruments.activations import FLAT
from . import bundle
from .chain_words import printed

if TYPE_CHECKING:
    from ..plots import Picture

ELEMENT = "ls-activation-gallery"  # the lab has a figure ls-activations, of what layers put out
EDGE, PER_UNIT, SHOWN_EVERY = 7, 100, 5
"""The range is −7 to 7; regions are found to 0.01, curves are shown by every fifth point."""

MAKE: dict[str, tuple[float, ...]] = {"Threshold": (0.5, 0.0)}
"""Arguments of those that have no usual ones."""
MIXING = frozenset({"GLU", "MultiheadAttention", "Softmin", "Softmax", "Softmax2d", "LogSoftmax"})
"""What torch.nn.modules.activation has besides: their outputs depend on more than one input."""
NAMES: tuple[str, ...] = tuple(name for name in nn.modules.activation.__all__ if name not in MIXING)

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Region:
    """Where an activation is `dead` or `saturated`, from `low` to `high`; an end at ±7 goes on beyond."""

    kind: str
    low: float
    high: float

    def __str__(self) -> str:
        if self.low <= -EDGE:
            return f"x ≤ {printed(self.high)}"
        return f"x ≥ {printed(self.low)}" if self.high >= EDGE else f"{printed(self.low)} to {printed(self.high)}"


@dataclass(frozen=True, slots=True, eq=False)
class Activation:
    """One activation: `code` makes it, `value` and `slope` (points,) at the gallery's x."""

    name: str
    code: str
    value: Numbers
    slope: Numbers
    regions: tuple[Region, ...]

    def where(self, kind: str) -> str:
        """`x ≤ 0`, several with commas, `nowhere`."""
        return ", ".join(str(region) for region in self.regions if region.kind == kind) or "nowhere"


@dataclass(frozen=True, slots=True, eq=False)
class ActivationGallery:
    """Activations over one x (points,), computed by PyTorch in 64 bits; slopes by autograd."""

    x: Numbers
    activations: tuple[Activation, ...]

    def plot(self, *, dark: bool = False) -> Picture:
        """Small multiples: value and slope, dead and saturated regions shaded."""
        from ..plots import slopes
        from ..plots.slope_panels import Curve

        curves = [
            Curve(each.name, each.value, each.slope, [(one.kind, one.low, one.high) for one in each.regions])
            for each in self.activations
        ]
        return slopes(self.x, curves, dark=dark)

    def plain(self) -> dict[str, Any]:
        """As data that JSON can hold, numbers to six digits."""
        return {
            "x": _rounded(self.x),
            "activations": [
                {
                    "name": each.name, "code": each.code, "value": _rounded(each.value), "slope": _rounded(each.slope),
                    "regions": [{"kind": one.kind, "low": one.low, "high": one.high} for one in each.regions],
                }
                for each in self.activations
            ],
            "meaning": MEANING,
        }  # fmt: skip

    def to_text(self, width: int = 80) -> str:
        """A table: slope at −2, 0 and 2, dead and saturated regions."""
        rows = [_HEAD, *self._rows()]
        widths = [max(len(row[k]) for row in rows) for k in range(len(_HEAD))]
        lines = ["  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]
        lines.insert(1, "─" * min(width, max(map(len, lines))))
        return "\n".join([*lines, "", *(textwrap.fill(f"{kind}: {text}", width) for kind, text in MEANING.items())])

    def to_markdown(self) -> str:
        """The same table as Markdown."""
        rows = [f"| {' | '.join(row)} |" for row in (_HEAD, *self._rows())]
        rows.insert(1, "|" + "---|" * len(_HEAD))
        return "\n".join(rows) + "\n"

    def __str__(self) -> str:
        return self.to_text()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return bundle.of_figure(self.to_text(), self.plot(), ELEMENT, self.plain())

    def _rows(self) -> list[tuple[str, ...]]:
        at = [int(np.abs(self.x - x).argmin()) for x in (-2.0, 0.0, 2.0)]
        return [
            (each.name, *(printed(each.slope[k]) for k in at), each.where("dead"), each.where("saturated"))
            for each in self.activations
        ]


_HEAD = ("Activation", "slope −2", "slope 0", "slope 2", "Dead", "Saturated")
MEANING = {
    "dead": "value and slope are exactly 0: nothing goes forward, and nothing comes back to the weights before it.",
    "saturated": (
        f"towards an end the slope falls, and is under {1 - FLAT**2:.1%} of its largest "
        f"(tanh beyond ±{FLAT}; of a sigmoid under {4 * FLAT * (1 - FLAT):.1%}, below {1 - FLAT:.2f} and above {FLAT})."
    ),
}


def activations(names: Sequence[str] | str | None = None) -> ActivationGallery:
    """Value, slope, dead and saturated regions of PyTorch's elementwise activations, all of them or those named.

    Names are those of torch.nn ("ReLU") or of an experiment ("leaky_relu"). Values and slopes are computed by torch
    and autograd over −7 … 7. *Dead* is where value and slope are exactly 0. *Saturated* is an end where the slope
    falls and is under 6 % of its largest: that is |tanh| > 0.97 (A. Karpathy, "Building makemore Part 3", 2022),
    and of a sigmoid where it is under 0.03 or over 0.97, as the instrument `activations` counts them. Raises
    `UserMistake` for a name that is no elementwise activation of torch.nn.
    """
    asked = NAMES if names is None else (names,) if isinstance(names, str) else tuple(names)
    places = torch.arange(-EDGE * PER_UNIT, EDGE * PER_UNIT + 1, dtype=torch.float64)
    x = places / PER_UNIT  # so that 1 is 1 exactly
    shown = _array(x)[::SHOWN_EVERY]
    return ActivationGallery(shown, tuple(_drawn(name, x) for name in dict.fromkeys(map(_name, asked))))


def _name(asked: str) -> str:
    known = {name.lower(): name for name in NAMES}
    mixing = {name.lower(): name for name in MIXING}
    plain = str(asked).replace("_", "").lower()
    if plain in mixing:
        allowed = "an activation that looks at one number alone"
        raise mistake("activation", asked, allowed, f"{mixing[plain]} mixes several. Try loopscope.activations().")
    if plain not in known:
        raise unknown("activation", asked, NAMES)
    return known[plain]


def _drawn(name: str, x: torch.Tensor) -> Activation:
    module: nn.Module = getattr(nn, name)(*MAKE.get(name, ())).double().eval()
    given = x.clone().requires_grad_()
    with torch.enable_grad():
        value = module(given)
        [slope] = torch.autograd.grad(value.sum(), given)
    values, slopes = _array(value), _array(slope)
    arguments = ", ".join(f"{each:g}" for each in MAKE.get(name, ()))
    regions = _regions(_array(x), values, slopes, 4 * FLAT * (1 - FLAT) if name == "Sigmoid" else 1 - FLAT**2)
    code = f"nn.{name}({arguments})"
    return Activation(name, code, values[::SHOWN_EVERY], slopes[::SHOWN_EVERY], tuple(regions))


def _regions(x: Numbers, value: Numbers, slope: Numbers, flat: float) -> list[Region]:
    dead = (slope == 0) & (value == 0)
    flat_there = (np.abs(slope) < flat * np.abs(slope).max()) & ~dead
    found = [Region("dead", x[i], x[j]) for i, j in _runs(dead)]
    ends = [(i, j) for i, j in _runs(flat_there) if _falls(np.abs(slope), i, j)]
    return [*found, *(Region("saturated", x[i], x[j]) for i, j in ends)]


def _falls(size: Numbers, first: int, last: int) -> bool:
    """Whether a run reaches an end of the range and its slope falls towards it, unlike LeakyReLU's steady 0.01."""
    inner, end = (last, first) if first == 0 else (first, last)
    return (first == 0 or last == len(size) - 1) and (size[end] < size[inner] or size[end] == 0)


def _runs(true: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, last) of each run of more than one point: a single one is where a curve only passes."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], true.astype(np.int8), [0]])))
    return [(int(i), int(j) - 1) for i, j in zip(edges[::2], edges[1::2], strict=True) if j - i > 1]


def _array(tensor: torch.Tensor) -> Numbers:
    return np.round(tensor.detach().numpy().astype(np.float64), 12)


def _rounded(values: Numbers) -> list[float]:
    return [float(f"{each:.6g}") for each in values]
