"""Judge the backward pass of a linear layer by autograd's, for several sizes."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from loopscope.course.exercises import Work, Wrong, expect

SIZES = ((6, 3, 3), (5, 2, 16), (8, 4, 1), (3, 3, 3))
"""Batch, in, out. Square weights first: there a wrong product is found by its numbers and not by its shape."""


class Case(NamedTuple):
    """A batch, a layer, what arrives at it, and autograd's three answers."""

    X: Tensor
    weight: Tensor
    bias: Tensor
    G: Tensor
    answers: tuple[Tensor, ...]


def check(work: Work) -> None:
    for number, sizes in enumerate(SIZES):
        case = _case(sizes, number)
        layer = work.module.Linear(case.weight.clone(), case.bias.clone())
        expect.close(layer.forward(case.X), case.X @ case.weight.T + case.bias, "forward(X)")
        _is_right(layer, layer.backward(case.G.clone()), case)
    case = _case(SIZES[0], 10)
    layer = work.module.Linear(case.weight.clone(), case.bias.clone())
    for _ in range(2):
        layer.forward(case.X)
        layer.backward(case.G)
    if torch.allclose(layer.weight_grad, 2 * case.answers[0], atol=1e-4):
        raise Wrong("After two batches `weight_grad` holds both: it is to be that of the last batch alone.")


def _case(sizes: tuple[int, int, int], seed: int) -> Case:
    batch, ins, outs = sizes
    generator = torch.Generator().manual_seed(seed)
    shapes = ((batch, ins), (outs, ins), (outs,), (batch, outs))
    X, weight, bias, G = (torch.randn(shape, generator=generator) for shape in shapes)
    recorded = [tensor.clone().requires_grad_() for tensor in (weight, bias, X)]
    (recorded[2] @ recorded[0].T + recorded[1]).backward(G)
    return Case(X, weight, bias, G, tuple(tensor.grad for tensor in recorded if tensor.grad is not None))


def _is_right(layer: Any, back: Any, case: Case) -> None:
    weight, bias, X = case.answers
    for name in ("weight_grad", "bias_grad"):
        if not hasattr(layer, name):
            raise Wrong(f"After `backward` the layer has no `{name}`: keep it on `self`.")
    if not torch.equal(layer.weight, case.weight) or not torch.equal(layer.bias, case.bias):
        raise Wrong("`backward` changes the parameters: it only says how the loss would change; the step comes later.")
    _say_what_is_divided(layer.weight_grad, weight, len(case.G))
    _say_what_is_turned(layer.weight_grad, weight)
    expect.close(layer.weight_grad, weight, "weight_grad")
    _say_what_is_left_unsummed(layer.bias_grad, case.G)
    expect.close(layer.bias_grad, bias, "bias_grad")
    if back is None:
        raise Wrong("`backward` returns nothing: the layer before needs the gradient by X.")
    expect.shape(back, tuple(X.shape), "backward(G)")
    if _same(back, case.G):
        raise Wrong("`backward` hands G on as it came; on its way to X it has to go through the weights.")
    if case.weight.shape[0] == case.weight.shape[1] and _same(back, case.G @ case.weight.T):
        raise Wrong("The weights are turned over on the way back: the product runs over `out`, not over `in`.")
    expect.close(back, X, "backward(G)")


def _say_what_is_divided(yours: Any, right: Tensor, batch: int) -> None:
    if _same(yours, right / batch):
        raise Wrong(
            f"`weight_grad` is {batch} times too small, and the batch has {batch} rows: if the loss is a mean, "
            "its division is in G already."
        )


def _say_what_is_turned(yours: Any, right: Tensor) -> None:
    if _same(yours, right.T):
        raise Wrong(
            "`weight_grad` is turned over: like the weight it has a row for each `out` and a column for each `in`."
        )


def _say_what_is_left_unsummed(yours: Any, G: Tensor) -> None:
    if _same(yours, G):
        raise Wrong("`bias_grad` still has a row for each example; the bias is shared by all rows, so add them up.")
    if _same(yours, G.mean(dim=0)):
        raise Wrong("`bias_grad` is the mean over the batch; each row adds its share, so it is the sum.")


def _same(yours: Any, right: Tensor) -> bool:
    return isinstance(yours, Tensor) and yours.shape == right.shape and torch.allclose(yours, right, atol=1e-5)
