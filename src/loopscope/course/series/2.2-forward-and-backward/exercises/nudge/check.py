"""Judge a nudged gradient against autograd's, and that nothing is left changed."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from loopscope.course.exercises import Work, Wrong

PLACES = ((0, 1), (2, 0), (1, 1))


def check(work: Work) -> None:
    _of_a_curve(work)
    _of_a_network(work)


def _of_a_curve(work: Work) -> None:
    """w³ at 0.01 and at 2: curved enough to tell both-sided nudges from one-sided ones, with a known slope."""
    weight = torch.tensor([[0.01, 2.0]], dtype=torch.float64)
    before = weight.clone()
    asked, alone = 0, True

    def loss() -> Tensor:
        nonlocal asked, alone
        asked += 1
        alone = alone and bool(weight[0, 0] == before[0, 0])
        return (weight**3).sum()

    yours = _number(work.call("nudged", loss, weight, (0, 1)))
    if asked == 0:
        raise Wrong("`nudged` never calls `loss()`: without looking at the loss there is nothing to compare.")
    if not alone:
        raise Wrong("Other entries of the weight move as well: nudge `weight[at]` alone.")
    if not torch.equal(weight, before):
        if torch.allclose(weight, before):
            raise Wrong("The weight is not quite what it was: remember its value and write that back, bit for bit.")
        raise Wrong("The weight is not put back: after the check the network would be another one.")
    _is_slope(yours, 12.0)


def _is_slope(yours: float, wanted: float) -> None:
    error = abs(yours - wanted) / wanted
    if error < 1e-5:
        return
    for factor, said in (
        (2.0, "it is twice too large: from the upper to the lower place it is two nudges, so divide by 2 · NUDGE."),
        (0.5, "it is half of it: divide by the distance between the two places where the loss was read."),
        (-1.0, "the sign is turned: it is the loss above minus the loss below."),
    ):
        if abs(yours - factor * wanted) < 1e-2:
            raise Wrong(f"For w³ at 2 the slope is {wanted:g}, and yours is {yours:.5g}; {said}")
    if error < 1e-2:
        raise Wrong(
            f"For w³ at 2 the slope is {wanted:g}, and yours is {yours:.5g}: nudge up *and* down, so that the curve's "
            "bend cancels out."
        )
    if abs(yours) < 0.1:
        raise Wrong(f"`nudged` returns {yours:.3g} where the slope is {wanted:g}: divide by how far the weight moved.")
    raise Wrong(f"For w³ at 2 the slope is {wanted:g}, and yours is {yours:.5g}.")


def _of_a_network(work: Work) -> None:
    generator = torch.Generator().manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).double()
    x, y = (torch.randn(8, size, generator=generator, dtype=torch.float64) for size in (2, 1))
    nn.functional.mse_loss(net(x), y).backward()
    weight = net[0].weight
    for at in PLACES:
        yours = _number(work.call("nudged", lambda: nn.functional.mse_loss(net(x), y), weight, at))
        wanted = weight.grad[at].item()
        if abs(yours - wanted) > 1e-5:
            raise Wrong(f"For weight {list(at)} of a network autograd has {wanted:.6f}, and yours is {yours:.6f}.")


def _number(value: Any) -> float:
    if value is None:
        raise Wrong("`nudged` returns nothing: end it with `return`.")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise Wrong(f"`nudged` should return one number, and returns {type(value).__name__}.") from None
