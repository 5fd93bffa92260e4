"""The loss over a plane of weights, and along a line between two states. Trains nothing; draws by way of plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..errors import mistake
from .landscape_loss import Loss, LossOfWeights
from .landscape_plane import Plane, entries_plane, path_plane, random_plane, straight_line
from .landscape_states import State
from .landscape_turns import Turns

if TYPE_CHECKING:
    from ..plots import Picture

MOST_POINTS = 1001
SPAN, MARGIN = 1.0, 0.5
"""Filter-normalised units to either side of random directions, as in Li et al.; share of a path's extent."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Barrier:
    """How far the loss between two states rises above the straight line between their losses, and where (0 to 1).

    The error barrier of J. Frankle et al., "Linear Mode Connectivity and the Lottery Ticket Hypothesis" (2020), with
    the line of R. Entezari et al. (2022) where the two ends differ in loss.
    """

    height: float
    at: float


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """Losses over one or two axes. In a notebook, `.plot()` shows it.

    `kind` is random, path, entries or line; `names` what each axis is; `axes` the values along each: x (columns,), then
    y (rows,). `losses` is (rows, columns), or (columns,) along a line; what is not finite stands as it came.
    `here` is where the model stands (for a path its last state, for a line its first), `loss` the loss there. `path`
    (points, 2) and `path_losses` (points,) are a path's states as the plane sees them, `explained` the share of its
    variance along each axis. `barrier` is that of a line. `evaluation` says how the losses were computed, and why so.
    """

    kind: str
    names: tuple[str, ...]
    axes: tuple[Numbers, ...]
    losses: Numbers
    here: tuple[float, ...]
    loss: float
    evaluation: str
    explained: tuple[float, ...] = ()
    path: Numbers | None = None
    path_losses: Numbers | None = None
    barrier: Barrier | None = None

    def plot(self, *, dark: bool = False) -> Picture:
        """Contours over the plane, with the path and the model's place; or the curve along a line, with its barrier."""
        from ..plots import passage, terrain

        if self.kind == "line":
            peak = None if self.barrier is None else (self.barrier.at, self.barrier.height)
            return passage(self.axes[0], self.losses, peak, name=self.names[0], dark=dark)
        x, y = self.axes
        return terrain(x, y, self.losses, here=self.here, path=self.path, names=self.names, dark=dark)

    def plain(self) -> dict[str, Any]:
        """As data that JSON can hold, numbers that are not finite aside."""
        found = {name: getattr(self, name) for name in Landscape.__slots__}
        barrier = None if self.barrier is None else {"height": self.barrier.height, "at": self.barrier.at}
        found |= {"axes": [axis.tolist() for axis in self.axes], "losses": self.losses.tolist(), "barrier": barrier}
        return found | {name: None if found[name] is None else found[name].tolist() for name in ("path", "path_losses")}

    def to_text(self, width: int = 80) -> str:
        """In sentences: what was looked at, what was found, and how."""
        import textwrap

        return "\n".join(textwrap.fill(sentence, width) for sentence in self._sentences())

    def __str__(self) -> str:
        return self.to_text()

    def _sentences(self) -> list[str]:
        size = " × ".join(str(len(axis)) for axis in self.axes)
        finite = self.losses[np.isfinite(self.losses)]
        among = f"from {finite.min():.4g} to {finite.max():.4g}" if finite.size else "finite nowhere"
        first = f"Loss at {size} places, {among}; {self.loss:.4g} {self._place()}."
        found = [first, f"Axes: {'; '.join(self.names)}."]
        if self.barrier is not None:
            found.append(f"Barrier: {self.barrier.height:.4g} above the straight line, at {self.barrier.at:.2f}.")
        if self.explained:
            found.append(f"The plane holds {sum(self.explained):.1%} of the path's variance.")
        holes = self.losses.size - finite.size
        found += [f"At {holes:,} places the loss is not finite."] if holes else []
        return [*found, f"Evaluated {self.evaluation}."]

    def _place(self) -> str:
        places = {"line": "at the first state", "path": "at the path's last state"}
        return places.get(self.kind, "where the model stands")


def landscape(
    model: nn.Module,
    loss: Loss,
    *,
    path: Sequence[State] | None = None,
    entries: Sequence[str] | None = None,
    between: Sequence[State] | None = None,
    points: int = 41,
    span: float | None = None,
    seed: int = 0,
) -> Landscape:
    """The loss over a plane through the weights of any model, which stays as it is.

    `loss` is a function of the model that gives a single number, or (criterion, inputs, targets). One of these chooses
    the plane: `path`, the plane of the first two principal components of at least three states; `entries`, any two
    entries such as `("fc1.weight[3,0]", "fc1.bias[0]")`; `between`, the straight line from one state to another. Where
    none is given, two random directions from `seed`, each filter as long as the model's own (Li et al. 2018). A state
    is a module, a `state_dict()`, or a vector of all parameters.

    There are `points` values along each axis. `span` is how far the plane reaches to either side: in filter-normalised
    units (1), as a share of the path's extent (0.5), in the entries' own unit (their size, at least 1), or beyond the
    ends of a line (0). Only parameters that train are moved, all of them where none does.

    The model is asked in evaluation mode: no dropout, batch norm by its running statistics (mixed like the weights
    along a line, of the model where they stand otherwise). Losses equal those of the plain loop, one evaluation after
    another, within 1e-6 of themselves in 32-bit floats. Raises `UserMistake` for what it cannot use.
    """
    _check_points(points)
    asked = LossOfWeights(model, loss)
    plane = _plane(asked.model, path, entries, between, _checked_span(span, 0 if between is not None else None), seed)
    grid = Grid(plane, points)
    turns = Turns(asked, plane)
    return grid.landscape(torch.cat(list(turns.losses(grid.places))), turns.how)


class Grid:
    """The places of a plane where the loss is wanted: the model's, those marked, then `points` along each axis."""

    def __init__(self, plane: Plane, points: int) -> None:
        self.plane = plane
        ends = zip(plane.low.tolist(), plane.high.tolist(), strict=True)
        self.axes = [torch.linspace(low, high, points, dtype=torch.float64) for low, high in ends]
        rows = torch.cartesian_prod(*reversed(self.axes)).reshape(-1, len(self.axes)).flip(1)  # x, y
        self.places = torch.cat([plane.here[None], plane.marked, rows])

    def landscape(self, losses: Tensor, how: str) -> Landscape:
        """The whole, from the losses at `places`."""
        plane, before = self.plane, 1 + len(self.plane.marked)
        table = losses[before:].reshape([len(axis) for axis in reversed(self.axes)]).numpy()
        at_marked = losses[1:before].numpy()
        on_path = plane.kind == "path"
        return Landscape(
            kind=plane.kind,
            names=plane.names,
            axes=tuple(axis.numpy() for axis in self.axes),
            losses=table,
            here=tuple(plane.here.tolist()),
            loss=float(losses[0]),
            evaluation=how,
            explained=plane.explained,
            path=plane.marked.numpy() if on_path else None,
            path_losses=at_marked if on_path else None,
            barrier=barrier(self.axes[0].numpy(), table, at_marked) if plane.kind == "line" else None,
        )


def barrier(along: Numbers, losses: Numbers, ends: Numbers) -> Barrier:
    """Of losses (points,) at places (points,) of the line from 0 to 1, and its two ends' own; 0 where nothing rises."""
    inside = (along >= 0) & (along <= 1)
    places, heights = along[inside], losses[inside] - ((1 - along[inside]) * ends[0] + along[inside] * ends[1])
    heights = np.where(np.isfinite(heights), heights, np.inf)
    if not heights.size or heights.max() <= 0:
        return Barrier(0.0, 0.0)
    return Barrier(float(heights.max()), float(places[heights.argmax()]))


def _plane(model: nn.Module, path: Any, entries: Any, between: Any, span: float | None, seed: int) -> Plane:
    given = [name for name, each in (("path", path), ("entries", entries), ("between", between)) if each is not None]
    if len(given) > 1:
        raise mistake(" and ".join(given), "given together", "one of path, entries and between", "Leave the rest out.")
    if path is not None:
        return path_plane(model, path, MARGIN if span is None else span)
    if entries is not None:
        return entries_plane(model, entries, span)
    if between is not None:
        return straight_line(model, between, span or 0.0)
    return random_plane(model, SPAN if span is None else span, seed)


def _check_points(points: Any) -> None:
    if not isinstance(points, int) or isinstance(points, bool) or not 2 <= points <= MOST_POINTS:
        raise mistake("points", points, f"a whole number from 2 to {MOST_POINTS:,}", "Try points=41.")


def _checked_span(span: Any, least: float | None) -> float | None:
    if span is None:
        return None
    fine = isinstance(span, (int, float)) and not isinstance(span, bool) and np.isfinite(span)
    if not fine or not (span > 0 or span == least):
        raise mistake("span", span, "a finite number above 0" + (", or 0" if least == 0 else ""), "Try span=1.0.")
    return float(span)
