"""Judge which units live after the revival, and what was left as it was."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from loopscope.course.exercises import Work, Wrong

HIDDEN = 10


def check(work: Work) -> None:
    for killed in ([1, 4, 5, 9], list(range(HIDDEN)), []):
        model, X = _network(killed)
        before = copy.deepcopy(model)
        said = work.call("revive", model, X)
        _keeps_relu(model)
        _spares_the_living(before, model, killed)
        _wakes(model, X, killed, before)
        _says_the_same(before, model, X)
        if said != len(killed):
            raise Wrong(f"`revive` returns {said}; {len(killed)} of the {HIDDEN} units were dead.")


def _network(killed: list[int]) -> tuple[nn.Sequential, Tensor]:
    """Ten hidden units, of which these are dead for the data and the others wake for some rows."""
    generator = torch.Generator().manual_seed(len(killed))
    X = torch.randn(80, 2, generator=generator) + torch.tensor([0.5, 0.25])
    model = nn.Sequential(nn.Linear(2, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))
    first, last = model[0], model[2]
    assert isinstance(first, nn.Linear)
    assert isinstance(last, nn.Linear)
    with torch.no_grad():
        first.weight.copy_(torch.randn(HIDDEN, 2, generator=generator))
        first.bias.copy_(-(X @ first.weight.T).mean(dim=0))
        first.bias[killed] = -60.0
        last.weight.copy_(torch.randn(1, HIDDEN, generator=generator))
    return model, X


def _keeps_relu(model: nn.Sequential) -> None:
    kinds = [type(layer).__name__ for layer in model]
    if kinds != ["Linear", "ReLU", "Linear"]:
        raise Wrong(f"The network should stay Linear, ReLU, Linear; now it is {', '.join(kinds)}.")


def _spares_the_living(before: nn.Sequential, after: nn.Sequential, killed: list[int]) -> None:
    for unit in sorted(set(range(HIDDEN)) - set(killed)):
        same = torch.equal(before[0].weight[unit], after[0].weight[unit])  # type: ignore[index]
        if not (same and before[0].bias[unit] == after[0].bias[unit]):  # type: ignore[index]
            raise Wrong(f"Unit {unit} was alive, and its weights have changed: give new ones to the dead units alone.")


def _wakes(model: nn.Sequential, X: Tensor, killed: list[int], before: nn.Sequential) -> None:
    with torch.no_grad():
        awake = (model[0](X) > 0).float().mean(dim=0)
    for unit in killed:
        if awake[unit] == 0 and _equal(before, model):
            raise Wrong(
                f"Nothing in `model` has changed, and unit {unit} is still dead: change it in place, not a copy."
            )
        if awake[unit] == 0:
            where = "Look at its bias as well as at its weights: where does its crease run?"
            raise Wrong(f"Unit {unit} is still dead: it is 0 for all {len(X)} rows.", where)
        if awake[unit] == 1:
            raise Wrong(
                f"Unit {unit} is awake for every row, so it bends nothing: its crease should run among the points."
            )
    rows = model[0].weight[killed].detach()  # type: ignore[index]
    if len(killed) > 1 and (rows - rows[0]).abs().max() < 1e-6:  # type: ignore[operator]
        raise Wrong(
            f"The {len(killed)} revived units are the same: they would learn the same for ever. Draw at random."
        )


def _equal(one: nn.Module, other: nn.Module) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def _says_the_same(before: nn.Sequential, after: nn.Sequential, X: Tensor) -> None:
    with torch.no_grad():
        moved = (before(X) - after(X)).abs().max().item()
    if moved > 1e-5:
        raise Wrong(
            f"The network says something else than before, by up to {moved:.3g}: the last layer should begin with a "
            "weight of 0 for each revived unit, and keep the others."
        )
