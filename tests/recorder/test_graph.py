"""Which parameters a loss reaches."""

from __future__ import annotations

from itertools import islice

import torch
from torch import Tensor, nn

from loopscope.recorder.graph import Reach, leaves


def bits(**models: nn.Module) -> dict[int, int]:
    return {id(p): 1 << place for place, model in enumerate(models.values()) for p in model.parameters()}


def test_leaves_come_nearest_to_the_loss_first() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    loss = model(torch.ones(1, 2)).sum()
    found = list(leaves([loss.grad_fn]))
    assert {id(leaf) for leaf in found} == {id(p) for p in model.parameters()}
    assert {id(leaf) for leaf in found[:2]} == {id(p) for p in model[2].parameters()}


def test_a_graph_without_parameters_or_without_a_graph() -> None:
    frozen = nn.Linear(2, 1).requires_grad_(False)
    loss = (frozen(torch.ones(1, 2)) * torch.ones(1, requires_grad=True)).sum()
    assert len(list(leaves([loss.grad_fn]))) == 1
    assert list(leaves([None])) == []
    assert Reach().of([None], {}, 1) == 0


def test_whom_a_loss_reaches() -> None:
    one, two = nn.Linear(2, 2), nn.Linear(2, 1)
    owners, reach, x = bits(one=one, two=two), Reach(), torch.ones(1, 2)
    both, first, second = (two(one(x)).sum(), one(x).sum(), two(x).sum())
    assert [reach.of([loss.grad_fn], owners, 0b11) for loss in (both, first, second, both)] == [3, 1, 2, 3]
    assert reach.of([first.grad_fn, second.grad_fn], owners, 0b11) == 3


def test_the_way_remembered_is_not_trusted_in_another_graph() -> None:
    mine, other = nn.Linear(2, 1), nn.Linear(2, 1)
    owners, reach = bits(mine=mine), Reach()
    for loss, expected in ((mine, 1), (mine, 1), (other, 0), (mine, 1)):
        assert reach.of([loss(torch.ones(1, 2)).sum().grad_fn], owners, 1) == expected
    deeper: Tensor = mine(other(torch.ones(1, 2)).expand(1, 2)).mean().exp()
    assert reach.of([deeper.grad_fn], owners, 1) == 1
    assert reach.of([torch.ones(1, requires_grad=True).exp().grad_fn], owners, 1) == 0


def test_paths_that_join_are_walked_once() -> None:
    """A hundred residual blocks have 2¹⁰⁰ paths."""
    start = torch.ones(1, requires_grad=True)
    value = start * 1
    for _ in range(100):
        value = value + value * 2
    assert [leaf is start for leaf in islice(leaves([value.sum().grad_fn]), 3)] == [True]
