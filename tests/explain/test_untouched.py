"""To look changes nothing: whatever a forward pass may move is as before, bit for bit."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from loopscope.errors import UserMistake
from loopscope.explain import calls, shapes
from loopscope.explain.untouched import tensors_in, untouched

LOOKS: dict[str, Callable[[nn.Module, Any], object]] = {"shapes": shapes, "calls": calls}


def state(model: nn.Module, batch: Any) -> dict[str, Any]:
    """Everything that may not change, copied."""
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    return {
        "tensors": {name: tensor.detach().clone() for name, tensor in tensors.items()},
        "ids": {name: id(tensor) for name, tensor in tensors.items()},
        "grads": {name: None if t.grad is None else t.grad.clone() for name, t in model.named_parameters()},
        "modes": [module.training for module in model.modules()],
        "hooks": [len(module._forward_hooks) + len(module._forward_pre_hooks) for module in model.modules()],
        "plain": {k: copy.copy(v) for k, v in vars(model).items() if k in ("calls", "hidden", "log")},
        "batch": [tensor.clone() for tensor in tensors_in(batch)],
        "torch": torch.get_rng_state(),
        "numpy": np.random.get_state()[1],
        "python": random.getstate(),
    }


def same(one: Any, other: Any) -> bool:
    """Equal all the way down, tensors by torch.equal."""
    if isinstance(one, Tensor):
        return isinstance(other, Tensor) and torch.equal(one, other)
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def test_the_comparison_itself_tells_a_change(net: nn.Module):
    before = state(net, torch.ones(1))
    assert same(before, state(net, torch.ones(1)))
    torch.rand(1)
    assert not same(before, state(net, torch.ones(1)))


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_to_look_changes_nothing(look: Callable[..., object], training: bool, model_and_batch: tuple[nn.Module, Any]):
    model, batch = model_and_batch
    model.train(training)
    for parameter in list(model.parameters())[:1]:
        parameter.grad = torch.full_like(parameter, 0.5)
    before = state(model, batch)
    look(model, batch)
    after = state(model, batch)
    assert [key for key in before if not same(before[key], after[key])] == []


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_nothing_changes_where_forward_raises(look: Callable[..., object]):
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(), nn.Linear(2, 3), nn.Linear(4, 1))
    batch = torch.randn(5, 2)
    before = state(model, batch)
    with pytest.raises(UserMistake):
        look(model, batch)
    assert same(before, state(model, batch))


def test_an_interrupt_puts_everything_back_too(net: nn.Module):
    batch = torch.randn(3, 2)

    def interrupt(*_: object) -> None:
        torch.rand(1)
        raise KeyboardInterrupt

    handle = net.fc2.register_forward_pre_hook(interrupt)
    before = state(net, batch)
    with pytest.raises(KeyboardInterrupt):
        calls(net, batch)
    assert same(before, state(net, batch))
    handle.remove()


def test_a_criterion_that_changes_itself_is_put_back(net: nn.Module):
    class Counting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("seen", torch.zeros(()))

        def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
            self.seen += 1
            torch.rand(1)
            targets.zero_()
            return (outputs - targets).square().mean()

    criterion, targets = Counting(), torch.ones(4, 1)
    before = torch.get_rng_state()
    shapes(net, torch.randn(4, 2).clone(), targets, criterion)
    assert criterion.seen.item() == 0
    assert torch.equal(targets, torch.ones(4, 1))
    assert not torch.equal(torch.get_rng_state(), before)  # the batch above was drawn after `before`


def test_buffers_that_hold_nan_are_left_alone():
    module = nn.Module()
    module.register_buffer("odd", torch.tensor([float("nan"), 1.0]))
    version = module.odd._version
    with untouched([module]):
        pass
    assert module.odd._version == version
    with untouched([module]):
        module.odd.fill_(3)
    assert module.odd.isnan()[0] and module.odd[1] == 1


def test_nothing_of_the_graph_stays_alive(net: nn.Module):
    table, trace = shapes(net, torch.randn(3, 2)), calls(net, torch.randn(3, 2))
    assert not any(isinstance(part, Tensor) for part in (*table.rows, *trace.steps))
    assert all(parameter.grad is None for parameter in net.parameters())
