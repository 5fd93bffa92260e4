"""The chain rule's numbers are autograd's, and its products give them."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from loopscope.errors import UserMistake
from loopscope.explain import ChainRule, chain_rule
from loopscope.explain.bundle import LOOPSCOPE
from loopscope.explain.chain_words import printed

ACTIVATIONS = [nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.SiLU, nn.LeakyReLU, nn.Softplus, nn.ELU, nn.Hardtanh]
LOSSES = {
    "mse": (nn.MSELoss(), lambda rows, outputs: torch.randn(rows, outputs)),
    "bce": (nn.BCEWithLogitsLoss(), lambda rows, outputs: torch.randint(0, 2, (rows, outputs)).float()),
    "ce": (nn.CrossEntropyLoss(), lambda rows, outputs: torch.randint(0, outputs, (rows,))),
    "l1": (nn.L1Loss(), lambda rows, outputs: torch.randn(rows, outputs)),
}


@st.composite
def nets(draw: st.DrawFn) -> tuple[nn.Sequential, Tensor, Tensor, nn.Module]:
    torch.manual_seed(draw(st.integers(0, 10_000)))
    dtype = draw(st.sampled_from([torch.float32, torch.float64]))
    widths = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers.append(nn.Linear(before, after, bias=draw(st.booleans())))
        layers += [draw(st.sampled_from(ACTIVATIONS))() for _ in range(draw(st.integers(0, 2)))]
    rows = draw(st.integers(1, 4))
    loss, targets = LOSSES[draw(st.sampled_from(sorted(LOSSES)))]
    y = targets(rows, widths[-1])
    y = y.to(dtype) if y.is_floating_point() else y
    return nn.Sequential(*layers).to(dtype), torch.randn(rows, widths[0], dtype=dtype), y, loss


@settings(max_examples=60, deadline=None)
@given(nets())
def test_every_number_is_autograds(net: tuple[nn.Sequential, Tensor, Tensor, nn.Module]) -> None:
    model, x, y, loss = net
    traced = chain_rule(model, x, y, loss)
    values, parameters = _by_autograd(model, x, y, loss)
    assert printed(traced.value) == printed(loss(model(x), y).item())
    linear = iter(model[k] for k in range(len(model)) if isinstance(model[k], nn.Linear))
    for stage, (value, gradient, slope) in zip(traced.stages, values, strict=True):
        _same(stage.values, value)
        _same(stage.gradient, gradient)
        if stage.kind == "activation":
            _same(stage.slope, slope)
        if stage.kind == "linear":
            layer = next(linear)
            _same(stage.weight, layer.weight)
            _same(stage.weight_gradient, parameters[layer.weight])
            assert (stage.bias is None) == (layer.bias is None)
            if layer.bias is not None:
                _same(stage.bias, layer.bias)
                _same(stage.bias_gradient, parameters[layer.bias])
    assert model[0].weight.grad is None and x.grad is None


@settings(max_examples=40, deadline=None)
@given(nets())
def test_the_products_give_the_numbers(net: tuple[nn.Sequential, Tensor, Tensor, nn.Module]) -> None:
    """What is written is right: each formula's printed factors, worked out, give its printed value."""
    traced = chain_rule(*net)
    for key, formula in traced.formulas.items():
        if formula.numbers and not re.search(r"[A-Za-z]{2}", formula.numbers):
            found, size = _worked_out(formula.numbers)
            value = float(formula.value.replace("−", "-"))
            assert math.isclose(found, value, rel_tol=2e-3, abs_tol=2e-3 * size + 1e-37), (key, str(formula))


def _same(shown: Any, wanted: Tensor | None) -> None:
    assert wanted is not None
    flat = wanted.detach().reshape(-1).tolist()
    assert [printed(each) for each in shown.reshape(-1)] == [printed(each) for each in flat]


def _by_autograd(
    model: nn.Sequential, x: Tensor, y: Tensor, loss: nn.Module
) -> tuple[list[tuple[Tensor, Tensor, Tensor | None]], dict[Tensor, Tensor]]:
    """Values, gradients and slopes by retain_grad, backward and forward-mode derivatives: another way than ours."""
    x = x.clone().requires_grad_()
    made, slopes = [x], [None]
    for layer in model:
        taken = made[-1]
        made.append(layer(taken))
        activation = not isinstance(layer, nn.Linear)
        tangent = torch.func.jvp(layer, (taken.detach(),), (torch.ones_like(taken),))[1] if activation else None
        slopes.append(tangent)
        made[-1].retain_grad()
    loss(made[-1], y).backward()
    found = {each: each.grad.clone() for each in model.parameters() if each.grad is not None}
    for each in model.parameters():
        each.grad = None
    return [(each, each.grad, slope) for each, slope in zip(made, slopes, strict=True)], found


def _worked_out(numbers: str) -> tuple[float, float]:
    """What a formula in numbers comes to, and how large its terms are together."""
    without_signs = numbers.replace(" − ", " + ").replace("(−", "(").lstrip("−")
    found, size = (
        eval(text.replace("−", "-").replace("·", "*").replace("²", "**2")) for text in (numbers, without_signs)
    )
    return found, size


def two_three_one() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))


def traced() -> ChainRule:
    return chain_rule(two_three_one(), torch.tensor([[0.5, -1.0]]), torch.tensor([[1.0]]), nn.MSELoss())


def test_a_weights_chain_of_factors() -> None:
    first, second, *_, last = traced().factors(0, 1, 0)
    assert str(first) == (
        "∂L/∂W₁[1,0] = ∂L/∂z₂[0] · W₂[0,1] · Tanh′(z₁[1]) · x[0] = (−3.364) · (−0.1745) · 0.5665 · 0.5 = 0.1662"
    )
    assert second.symbols == "∂L/∂z₁[1]·x[0]" and last.left == "∂L/∂a₁[1]"


def test_phases_go_as_pytorch_does() -> None:
    ways = [(phase.way, phase.part, phase.stage) for phase in traced().phases]
    assert ways == [
        ("forward", "value", 0), ("forward", "value", 1), ("forward", "value", 2), ("forward", "value", 3),
        ("loss", "loss", 3),
        ("backward", "gradient", 3), ("backward", "parameters", 3), ("backward", "gradient", 2),
        ("backward", "gradient", 1), ("backward", "parameters", 1), ("backward", "gradient", 0),
    ]  # fmt: skip
    keys = [key for phase in traced().phases for key in phase.keys]
    assert len(keys) == len(set(keys)) and set(keys) == {k for k in traced().formulas if not k.startswith("factors")}


def test_a_module_with_functions_in_its_forward(net: nn.Module) -> None:
    found = chain_rule(net, torch.randn(2), torch.zeros(1, 1), nn.MSELoss())
    assert [stage.name for stage in found.stages] == ["inputs", "Linear", "relu", "Linear"]
    assert found.stages[1].path == "fc1" and found.model == "Net"


class InPlace(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.drop, self.fc2 = nn.Linear(2, 3), nn.Dropout(0.5), nn.Linear(3, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(self.drop(torch.relu_(self.fc1(x)))).squeeze(1)


def test_in_place_functions_dropout_and_a_squeeze() -> None:
    torch.manual_seed(1)
    model, x = InPlace().train(), torch.randn(4, 2)
    random = torch.get_rng_state()
    found = chain_rule(model, x, torch.zeros(4), nn.MSELoss())
    assert (found.stages[1].values < 0).any(), "z₁ is shown as it was before relu_ wrote over it"
    assert torch.equal(torch.get_rng_state(), random) and model.training
    assert found.stages[-1].values.shape == (4, 1)


def test_text_is_as_wide_as_asked() -> None:
    text = traced().to_text(60)
    assert max(map(len, text.splitlines())) <= 60
    assert "1 forward: x: the inputs" in text and "∂L/∂W₂[0,0] = ∂L/∂z₂[0]·a₁[0] = (−3.364)·(−0.3765) = 1.267" in text


def test_a_bundle() -> None:
    bundle = traced()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/png", LOOPSCOPE}
    shown = bundle[LOOPSCOPE]
    assert shown["element"] == "ls-chain-rule" and shown["data"] == traced().plain()


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (nn.Sequential(nn.Linear(2, 17), nn.ReLU(), nn.Linear(17, 1)), "17 units.*at most 16"),
        (nn.Sequential(*[nn.Linear(2, 2) for _ in range(5)]), "5 Linear layers.*at most 4"),
        (nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)), "BatchNorm1d.*model.norm=none"),
        (nn.Sequential(nn.Linear(2, 3), nn.Softmax(1)), "CrossEntropyLoss"),
        (nn.Sequential(nn.Linear(2, 3), nn.PReLU()), "without parameters of its own"),
        (nn.Sequential(nn.Tanh()), "no Linear layer"),
        (nn.Sequential(*[nn.Linear(2, 2)] * 2), "called twice"),
        (nn.Conv2d(1, 1, 3), "Conv2d"),
        (3, "an nn.Module"),
    ],
)  # fmt: skip
def test_what_does_not_fit_says_what_would(model: Any, words: str) -> None:
    with pytest.raises(UserMistake, match=words):
        chain_rule(model, torch.randn(1, 2), torch.zeros(1, 1), nn.MSELoss())


def test_wrong_batches() -> None:
    model, loss = two_three_one(), nn.MSELoss()
    with pytest.raises(UserMistake, match="9 rows.*x\\[:1\\]"):
        chain_rule(model, torch.randn(9, 2), torch.zeros(9, 1), loss)
    with pytest.raises(UserMistake, match=r"x is '\[1, 3\]"):
        chain_rule(model, torch.randn(1, 3), torch.zeros(1, 1), loss)
    with pytest.raises(UserMistake, match="floating-point"):
        chain_rule(model, torch.ones(1, 2, dtype=torch.int64), torch.zeros(1, 1), loss)
    with pytest.raises(UserMistake, match="one number"):
        chain_rule(model, torch.randn(2, 2), torch.zeros(2, 1), nn.MSELoss(reduction="none"))
    with pytest.raises(UserMistake, match="finite"):
        chain_rule(model, torch.full((1, 2), torch.inf), torch.zeros(1, 1), loss)
