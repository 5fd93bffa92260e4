"""A gradient that is right passes, and one written wrongly by hand is named by its parameter."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from loopscope.errors import UserMistake
from loopscope.explain import gradcheck


class Square(torch.autograd.Function):
    """Its backward forgets the 2."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        return grads[0] * ctx.saved_tensors[0]


class Handwritten(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(2, 3), nn.Linear(3, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(Square.apply(self.fc1(x)))


def batch(rows: int = 9) -> tuple[Tensor, Tensor]:
    draw = torch.Generator().manual_seed(0)
    return torch.randn(rows, 2, generator=draw), torch.randn(rows, 1, generator=draw)


def small() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Dropout(0.5), nn.Linear(3, 1)).train()


def test_autograd_is_right_and_nothing_moves() -> None:
    model = small()
    before = [each.detach().clone() for each in model.parameters()]
    found = gradcheck(model, (nn.MSELoss(), *batch()))
    assert found.right and [row.parameter for row in found.rows] == ["0.weight", "0.bias", "3.weight", "3.bias"]
    assert all(row.torch for row in found.rows) and max(row.error for row in found.rows) < 1e-6
    assert all(torch.equal(one, other) for one, other in zip(before, model.parameters(), strict=True))
    assert model.training and model[0].weight.grad is None and not model._forward_pre_hooks
    assert "agrees with finite differences for all 4" in str(found)


def test_a_wrong_backward_is_named_by_its_parameters() -> None:
    torch.manual_seed(0)
    found = gradcheck(Handwritten(), (nn.MSELoss(), *batch()))
    assert [row.parameter for row in found.wrong] == ["fc1.weight", "fc1.bias"] and found.functions == ("Square",)
    text = " ".join(found.to_text().split())
    assert "The gradient of fc1.weight is wrong" in text and "2 times as much" in text
    assert "Look at the backward of Square" in text and "fc2.weight is wrong" not in text


class OneWrong(torch.autograd.Function):
    """Right but for a single row of a large weight."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor) -> Tensor:
        return weight.clone()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        wrong = grads[0].clone()
        wrong[7] *= -1
        return wrong


class Large(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(30, 2))

    def forward(self, x: Tensor) -> Tensor:
        return (x @ OneWrong.apply(self.weight).T).sum(1, keepdim=True)


def test_an_entry_that_was_not_drawn_is_found_too() -> None:
    torch.manual_seed(0)
    [row] = gradcheck(Large(), (nn.MSELoss(), *batch()), entries=2).wrong
    assert row.at[0] == 7 and row.torch is False


def test_a_kink_is_no_mistake() -> None:
    model = nn.Sequential(nn.Linear(2, 1), nn.ReLU())
    nn.init.zeros_(model[0].weight)
    nn.init.zeros_(model[0].bias)  # exactly at the corner of ReLU
    found = gradcheck(model, lambda each: each(batch()[0]).sum())
    assert found.right and {row.verdict for row in found.rows} == {"kink"} and "at a kink" in str(found)


def test_the_v_has_its_bottom_further_down_in_64_bits() -> None:
    found = gradcheck(small(), lambda model: model(batch()[0]).square().mean())  # inputs in 32 bits are converted
    narrow, wide = found.steps
    assert (narrow.precision, wide.precision) == ("float32", "float64")
    assert wide.best[1] < 1e-8 < 1e-5 < narrow.best[1] and wide.best[0] < narrow.best[0]
    assert wide.errors[0] > 100 * wide.best[1] < wide.errors[-1], "it rises to both sides"


def test_plain_and_bundle() -> None:
    found = gradcheck(small(), (nn.MSELoss(), *batch()))
    assert set(found.plain()) == {"model", "loss", "epsilon", "right", "parameters", "steps", "functions"}
    assert set(found._repr_mimebundle_()) == {"text/plain", "image/png"}
    assert found.to_markdown().count("| 0.weight |") == 1
    assert max(map(len, found.to_text(80).splitlines())) <= 80


def test_mistakes() -> None:
    with pytest.raises(UserMistake, match="epsilon is 0"):
        gradcheck(small(), (nn.MSELoss(), *batch()), epsilon=0)
    with pytest.raises(UserMistake, match="a tensor with its graph"):
        gradcheck(small(), lambda model: model(batch()[0]).detach().sum())
    with pytest.raises(UserMistake, match="nn.Module"):
        gradcheck(3, (nn.MSELoss(), *batch()))  # pyright: ignore[reportArgumentType]
