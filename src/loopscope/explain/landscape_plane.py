"""Planes and lines through weight space, and what their axes mean. Computes no loss."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor, nn

from ..errors import mistake, unknown
from .landscape_loss import Weights, movable, named_tensors
from .landscape_states import Layout, State, read, read_all

Kind: TypeAlias = Literal["random", "path", "entries", "line"]

FEWEST = 3
"""States that make a plane."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Places (k numbers each, k = 1 or 2) stand for weights: `origin` (weights,) + place @ `directions` (k, weights).

    `here` (k,) is where the model stands, `marked` (points, k) where else the loss is wanted: the states of a path, or
    the ends of a line. `explained` is the share of a path's variance along each axis. `low` and `high` (k,) enclose all
    that is drawn.
    """

    kind: Kind
    names: tuple[str, ...]
    layout: Layout
    origin: Tensor
    directions: Tensor
    here: Tensor
    marked: Tensor
    low: Tensor
    high: Tensor
    explained: tuple[float, ...] = ()

    @property
    def nbytes(self) -> int:
        """Of the weights at one place."""
        return self.origin.numel() * self.origin.element_size()

    def at(self, places: Tensor) -> Weights:
        """Tensors (n, *shape) by name, for places (n, k)."""
        return self.layout.shaped(self.vectors(places))

    def vectors(self, places: Tensor) -> Tensor:
        """Weights (n, weights) for places (n, k)."""
        scales = places.to(self.origin)
        vectors = self.origin.expand(len(places), -1)
        for number, direction in enumerate(self.directions):  # product, then sum, as one types it: the same bits
            vectors = vectors + scales[:, number : number + 1] * direction
        return vectors


def random_plane(model: nn.Module, span: float, seed: int) -> Plane:
    """Two random directions, filter-normalised, through the model's weights; `span` units to either side.

    As H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein, "Visualizing the Loss Landscape of Neural Nets" (2018): each
    filter (what feeds one unit) of a direction is as long as that filter of the weights, so that one unit of the axes
    means the same for weights of any scale. A tensor of one dimension (bias, norm) counts as one filter.
    """
    layout = _moving(model)
    own = named_tensors(model)
    generator = torch.Generator().manual_seed(seed)
    drawn = [{name: _filters_like(own[name], generator) for name in layout.like} for _ in range(2)]
    here, reach = torch.zeros(2, dtype=torch.float64), torch.full((2,), span, dtype=torch.float64)
    return Plane(
        kind="random",
        names=("random direction 1", "random direction 2"),
        layout=layout,
        origin=layout.flat(own),
        directions=torch.stack([layout.flat(each) for each in drawn]),
        here=here,
        marked=torch.empty(0, 2, dtype=torch.float64),
        low=-reach,
        high=reach,
    )


def path_plane(model: nn.Module, path: Sequence[State], margin: float) -> Plane:
    """The plane of a path's first two principal components, through its last state.

    `margin` is a share of the path's extent, drawn on either side. Raises `UserMistake` for fewer than three states,
    or states that lie on a line.
    """
    states = read_all(model, path, "path")
    if len(states) < FEWEST:
        hint = "Two states make a line: try between=(one, other)."
        raise mistake("path", f"{len(states)} states", f"at least {FEWEST} states of the model", hint)
    layout = _moving(model)
    vectors = torch.stack([layout.flat(state) for state in states])  # (points, weights)
    axes, shares = principal(vectors)
    if axes is None:
        raise mistake("path", "states on one line", "states that span a plane", "Try between=(first, last).")
    marked = ((vectors - vectors[-1]) @ axes.T).double().cpu()  # (points, 2)
    low, high = marked.amin(0), marked.amax(0)
    room = margin * (high - low)
    named = tuple(f"principal component {n} ({share:.1%})" for n, share in enumerate(shares, start=1))
    return Plane("path", named, layout, vectors[-1], axes, marked[-1], marked, low - room, high + room, shares)


def principal(vectors: Tensor) -> tuple[Tensor | None, tuple[float, float]]:
    """Unit directions (2, weights) in which vectors (points, weights) differ most, and their shares of the variance.

    None where they do not span a plane. The greatest entry of each direction is positive, so that it has one sign.
    """
    _, sizes, axes = torch.linalg.svd(vectors - vectors.mean(0), full_matrices=False)
    if len(sizes) < 2 or float(sizes[1]) <= float(sizes[0]) * torch.finfo(sizes.dtype).eps * len(vectors):
        return None, (0.0, 0.0)
    axes = axes[:2]
    greatest = axes.gather(1, axes.abs().argmax(1, keepdim=True))  # (2, 1)
    first, second = (sizes.square() / sizes.square().sum())[:2].tolist()
    return axes * greatest.sign(), (first, second)


def entries_plane(model: nn.Module, entries: Sequence[str], span: float | None) -> Plane:
    """Any two entries such as `fc1.weight[3,0]`; the axes are their values, `span` to either side of the model's own.

    Raises `UserMistake` for a name or index that the model has not.
    """
    if isinstance(entries, str) or len(entries) != 2:
        raise mistake("entries", entries, "two entries", 'Try entries=("fc1.weight[0,0]", "fc1.bias[0]").')
    own = named_tensors(model)
    found = [_entry(model, text) for text in entries]
    if found[0] == found[1]:
        raise mistake("entries", entries, "two different entries", "One alone makes no plane.")
    layout = Layout({name: own[name] for name, _ in found})
    directions = torch.stack([_one_hot(layout, own, *each) for each in found])
    origin = layout.flat(own)
    here = torch.stack([(direction * origin).sum() for direction in directions])
    origin = torch.where(directions.bool().any(0), 0, origin)  # so that a place is a value
    here = here.double().cpu()
    reach = torch.clamp(here.abs(), min=1.0) if span is None else torch.full((2,), span, dtype=torch.float64)
    names = tuple(f"{name}[{', '.join(map(str, index))}]" if index else name for name, index in found)
    nothing = torch.empty(0, 2, dtype=torch.float64)
    return Plane("entries", names, layout, origin, directions, here, nothing, here - reach, here + reach)


def straight_line(model: nn.Module, ends: Sequence[State], beyond: float) -> Plane:
    """From one state (at 0) to another (at 1), and `beyond` on either side; what batch norm keeps is mixed likewise."""
    if not isinstance(ends, (tuple, list)) or len(ends) != 2:
        raise mistake("between", type(ends).__name__, "two states", "Try between=(model_a, model_b).")
    first, last = (read(model, end, f"between[{number}]") for number, end in enumerate(ends))
    own = {name: each for name, each in named_tensors(model).items() if each.is_floating_point()}
    layout = Layout({name: own[name] for name in own if name in first and name in last})
    origin, end = layout.flat(first), layout.flat(last)
    if torch.equal(origin, end):
        raise mistake("between", "the same state twice", "two different states")
    marked = torch.tensor([[0.0], [1.0]], dtype=torch.float64)
    names = ("from the first state (0) to the second (1)",)
    low, high = marked[0] - beyond, marked[1] + beyond
    return Plane("line", names, layout, origin, (end - origin)[None], marked[0], marked, low, high)


def _moving(model: nn.Module) -> Layout:
    own = named_tensors(model)
    return Layout({name: own[name] for name in movable(model)})


def _filters_like(weight: Tensor, generator: torch.Generator) -> Tensor:
    """Random numbers, each filter as long as that of `weight`."""
    drawn = torch.randn(weight.shape, generator=generator).to(weight)
    rows = (1, -1) if weight.dim() < 2 else (weight.shape[0], -1)
    filters, own = drawn.reshape(rows), weight.detach().reshape(rows)
    lengths = filters.norm(dim=1, keepdim=True).clamp(min=torch.finfo(weight.dtype).tiny)
    return (filters / lengths * own.norm(dim=1, keepdim=True)).reshape(weight.shape)


def _entry(model: nn.Module, text: Any) -> tuple[str, tuple[int, ...]]:
    """`fc1.weight[3,0]` as a name and an index, counted from the end where negative."""
    match = re.fullmatch(r"\s*([^\[\]\s]+)\s*(?:\[([-\d,\s]*)\])?\s*", str(text))
    own = dict(model.named_parameters())
    name = match[1] if match else str(text)
    if name not in own:
        raise unknown("entries", name, own)
    assert match is not None
    shape = tuple(own[name].shape)
    try:
        index = tuple(int(part) for part in (match[2] or "").split(",") if part.strip())
        inside = len(index) == len(shape) and all(-n <= i < n for i, n in zip(index, shape, strict=True))
    except ValueError:
        index, inside = (), False
    if not inside:
        example = f"{name}[{', '.join('0' for _ in shape)}]"
        raise mistake("entries", text, f"a position in {name}, whose shape is {list(shape)}", f"Try {example}.")
    return name, tuple(i % n for i, n in zip(index, shape, strict=True))


def _one_hot(layout: Layout, own: Weights, name: str, index: tuple[int, ...]) -> Tensor:
    tensors = {each: torch.zeros_like(own[each], requires_grad=False) for each in layout.like}
    tensors[name][index] = 1
    return layout.flat(tensors)
