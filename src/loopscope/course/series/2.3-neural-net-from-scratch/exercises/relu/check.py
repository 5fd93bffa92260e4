"""Judge the backward pass of a ReLU by what it lets through, batch by batch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from loopscope.course.exercises import Work, Wrong, expect

SHAPES = ((4, 3), (7, 5), (1, 2))


def check(work: Work) -> None:
    for number, shape in enumerate(SHAPES):
        generator = torch.Generator().manual_seed(number)
        Z, G = torch.randn(shape, generator=generator), torch.randn(shape, generator=generator)
        Z[0, 0], Z[0, 1], G[0, 0], G[0, 1] = -1.5, 1.5, 2.0, -2.0  # each sign meets each
        relu, before = work.module.ReLU(), G.clone()
        expect.close(relu.forward(Z.clone()), Z.clamp(min=0), "forward(Z)")
        given = relu.backward(G)
        if not torch.equal(G, before):
            raise Wrong("`backward` changes the G that it was given, which others may still need: return a new tensor.")
        _lets_through(given, Z, G)
    _forgets_the_batch_before(work)


def _lets_through(given: Any, Z: Tensor, G: Tensor) -> None:
    if given is None:
        raise Wrong("`backward` returns nothing: the part before needs its gradient.")
    expect.shape(given, tuple(G.shape), "backward(G)")
    if torch.allclose(given, G * (Z > 0)):
        return
    pictures = {"yours": _cells(given), "wanted": _cells(G * (Z > 0))}
    if torch.equal(given, G):
        raise Wrong("All of G comes through, also where Z was below zero and the ReLU was flat.", **pictures)
    if torch.allclose(given, G.clamp(min=0)):
        raise Wrong("You ask where G is above zero; what counts is where Z, in the forward pass, was.", **pictures)
    if torch.allclose(given, G * Z.clamp(min=0)):
        raise Wrong(
            "G is multiplied by the value of the ReLU; it should be multiplied by its slope, 1 or 0.", **pictures
        )
    if torch.allclose(given, (Z > 0).to(G.dtype)):
        raise Wrong("You return the slope alone; the rate that arrives, G, has to be multiplied by it.", **pictures)
    if torch.allclose(given, G * (Z <= 0)):
        raise Wrong("It is the wrong way round: G comes through where Z was *below* zero.", **pictures)
    apart = (given - G * (Z > 0)).abs()
    at = tuple(int(i) for i in torch.unravel_index(apart.argmax(), apart.shape))
    raise Wrong(f"At {list(at)}, Z was {Z[at]:.2f} and G is {G[at]:.2f}; you return {given[at]:.2f}.", **pictures)


def _forgets_the_batch_before(work: Work) -> None:
    relu = work.module.ReLU()
    relu.forward(torch.tensor([[1.0, 1.0]]))
    relu.forward(torch.tensor([[-1.0, 1.0]]))
    if relu.backward(torch.tensor([[3.0, 3.0]])).tolist() != [[0.0, 3.0]]:
        raise Wrong(
            "In the second batch `backward` still goes by the Z of the first: remember it anew in each `forward`."
        )


def _cells(values: Tensor) -> Any:
    """A matrix as coloured cells: orange below zero, blue above."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    colours = LinearSegmentedColormap.from_list("sign", ["#E07B28", "#FBFBFA", "#2C6FBB"])
    axes = Figure(figsize=(3, 2.4)).subplots()
    most = max(values.abs().max().item(), 1e-6)
    axes.imshow(values, cmap=colours, vmin=-most, vmax=most)
    axes.set(xlabel="unit", ylabel="example", xticks=range(values.shape[1]), yticks=range(values.shape[0]))
    return axes.figure
