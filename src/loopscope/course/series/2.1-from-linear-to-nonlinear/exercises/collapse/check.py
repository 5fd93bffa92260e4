"""Judge a collapsed layer by what it gives, for layers of several sizes."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from loopscope.course.exercises import Work, Wrong, expect

SIZES = ((3, 3, 3), (2, 16, 1), (3, 5, 4), (4, 2, 4))
"""Square ones first: where all sizes are equal, a wrong product is found by its numbers and not by its shape."""
ROUNDING = 1e-5


def check(work: Work) -> None:
    for number, (ins, hidden, outs) in enumerate(SIZES):
        generator = torch.Generator().manual_seed(number)
        first, second = _layer(ins, hidden, generator), _layer(hidden, outs, generator)
        before = [parameter.detach().clone() for parameter in (*first.parameters(), *second.parameters())]
        one = work.call("collapse", first, second)
        after = [*first.parameters(), *second.parameters()]
        if not all(torch.equal(old, new) for old, new in zip(before, after, strict=True)):
            raise Wrong("`collapse` changes a layer that it was given: make a new `nn.Linear` and write into that.")
        _is_the_one(one, first, second)


def _layer(ins: int, outs: int, generator: torch.Generator) -> nn.Linear:
    layer = nn.Linear(ins, outs)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return layer


def _is_the_one(one: Any, first: nn.Linear, second: nn.Linear) -> None:
    if one is None:
        raise Wrong("`collapse` returns nothing: end it with `return`.")
    if isinstance(one, nn.Sequential):
        raise Wrong(
            "`collapse` returns an `nn.Sequential`, which still runs both layers: make one `nn.Linear` of them."
        )
    expect.a(nn.Linear, one, "collapse(first, second)")
    ins, outs = first.in_features, second.out_features
    expect.shape(one.weight, (outs, ins), "one.weight, which is stored (out, in),")
    if one.bias is None:
        raise Wrong("The layer has no bias: with `bias=False` it gives 0 for the zero vector, which the two do not.")
    expect.shape(one.bias, (outs,), "one.bias")
    weight = (second.weight @ first.weight).detach()
    bias = (second.weight @ first.bias + second.bias).detach()
    if not _same(one.weight, weight):
        _say_what_is_wrong_with_the_weight(one.weight, weight, (first, second))
    if not _same(one.bias, bias):
        _say_what_is_wrong_with_the_bias(one.bias, first, second)


def _same(yours: Tensor, wanted: Tensor) -> bool:
    return yours.shape == wanted.shape and torch.allclose(yours.detach(), wanted, atol=ROUNDING, rtol=1e-4)


def _say_what_is_wrong_with_the_weight(yours: Tensor, weight: Tensor, layers: tuple[nn.Linear, nn.Linear]) -> None:
    first, second = (layer.weight.detach() for layer in layers)
    apart = (yours.detach() - weight).abs().max().item()
    if _same(yours, weight.T):
        raise Wrong("`one.weight` is W₂ W₁ turned over: PyTorch stores a weight as (out, in), so leave it as it is.")
    if first.shape == second.shape and _same(yours, first @ second):
        raise Wrong("The product is in the wrong order: x meets `first` before `second`, so W₂ stands left of W₁.")
    raise Wrong(
        f"`one.weight` is not W₂ W₁: it differs by up to {apart:.2g}. Was the product written into the layer?",
        yours=_matrix(yours.detach()),
        wanted=_matrix(weight),
    )


def _say_what_is_wrong_with_the_bias(yours: Tensor, first: nn.Linear, second: nn.Linear) -> None:
    if _same(yours, second.bias.detach()):
        raise Wrong("`one.bias` is b₂ alone: the bias of `first` goes through `second` too, as W₂ b₁.")
    if _same(yours, (second.weight @ first.bias).detach()):
        raise Wrong("`one.bias` is W₂ b₁ alone: b₂ is still to be added.")
    if first.bias.shape == second.bias.shape and _same(yours, (first.bias + second.bias).detach()):
        raise Wrong("`one.bias` is b₁ + b₂, but b₁ has to go through `second` first: W₂ b₁ + b₂.")
    raise Wrong("`one.weight` is right and `one.bias` is not: it should be W₂ b₁ + b₂.")


def _matrix(weight: Tensor) -> Any:
    """A matrix as coloured cells: orange below zero, blue above."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    colours = LinearSegmentedColormap.from_list("sign", ["#E07B28", "#FBFBFA", "#2C6FBB"])
    axes = Figure(figsize=(3, 2)).subplots()
    most = max(weight.abs().max().item(), 1e-6)
    axes.imshow(weight, cmap=colours, vmin=-most, vmax=most)
    axes.set(xlabel="in", ylabel="out", xticks=range(weight.shape[1]), yticks=range(weight.shape[0]))
    return axes.figure
