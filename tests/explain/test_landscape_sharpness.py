"""The largest eigenvalues are those of the whole Hessian, and nothing has moved."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, hessian

import loopscope
from explain.landscape_models import CASES, binary, mlp
from loopscope import UserMistake


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def dense(model: nn.Module, loss: Any) -> Tensor:
    """All eigenvalues, falling, of the Hessian that torch.func makes whole."""
    criterion, inputs, targets = loss
    own = {name: each.detach().double() for name, each in model.eval().named_parameters()}
    sizes = [each.numel() for each in own.values()]

    def of(flat: Tensor) -> Tensor:
        parts = zip(flat.split(sizes), own.items(), strict=True)
        weights = {name: part.view(each.shape) for part, (name, each) in parts}
        return criterion(functional_call(model.double(), weights, (inputs.double(),)), targets)

    return torch.linalg.eigvalsh(hessian(of)(torch.cat([each.flatten() for each in own.values()]))).flip(0)


@pytest.mark.parametrize("name", ["binary", "classes", "double", "convolution"])
@pytest.mark.parametrize("k", [1, 4])
def test_eigenvalues_are_those_of_the_dense_hessian(name: str, k: int) -> None:
    model, loss = CASES[name]()
    found = loopscope.sharpness(model, loss, k=k)
    precise = next(model.parameters()).dtype == torch.float64
    if name == "binary":
        loss = (loss[0], loss[1], loss[2].double())
    expected = dense(model, loss)[:k].tolist()
    assert found.eigenvalues == pytest.approx(expected, rel=1e-8 if precise else 1e-3, abs=1e-5)
    assert found.critical_lr == pytest.approx(2 / expected[0], rel=1e-3) and 0 < found.products < 1000


def test_all_eigenvalues_of_a_small_model() -> None:
    model = nn.Linear(3, 1).double()
    x = torch.randn(20, 3).double()
    found = loopscope.sharpness(model, (nn.MSELoss(), x, torch.randn(20, 1).double()), k=4)
    with_one = torch.cat([x, torch.ones(20, 1)], dim=1)
    expected = torch.linalg.eigvalsh(2 * with_one.T @ with_one / 20).flip(0).tolist()
    assert found.eigenvalues == pytest.approx(expected, rel=1e-9) and found.parameters == 4


def test_a_loss_without_curvature() -> None:
    found = loopscope.sharpness(nn.Linear(30, 1), lambda model: model(torch.ones(2, 30)).mean(), k=2)
    assert found.eigenvalues == (0.0, 0.0) and found.critical_lr == float("inf") and "unstable" not in str(found)


def test_gradient_descent_is_unstable_above_the_critical_rate() -> None:
    model, x = nn.Linear(2, 1, bias=False), torch.randn(50, 2)
    with torch.no_grad():
        model.weight.fill_(1.0)
    found = loopscope.sharpness(model, lambda model: model(x).square().mean())
    for factor, grows in ((0.98, False), (1.05, True)):
        optimizer = torch.optim.SGD(model.parameters(), lr=factor * found.critical_lr)
        nn.init.ones_(model.weight)
        for _ in range(200):
            optimizer.zero_grad()
            model(x).square().mean().backward()
            optimizer.step()
        assert (float(model.weight.norm().detach()) > 2) == grows


def test_to_look_changes_nothing() -> None:
    model, loss = CASES["normed"]()
    model(loss[1]).sum().backward()
    tensors = [*model.parameters(), *model.buffers(), *(p.grad for p in model.parameters()), torch.get_rng_state()]
    before = [None if each is None else each.detach().clone() for each in tensors]
    loopscope.sharpness(model, loss, k=2)
    after = [*model.parameters(), *model.buffers(), *(p.grad for p in model.parameters()), torch.get_rng_state()]
    assert all(a is None or torch.equal(a, b.detach()) for a, b in zip(before, after, strict=True))
    assert model.training and all(p.requires_grad for p in model.parameters())


def test_the_same_seed_starts_alike() -> None:
    model, loss = binary()
    assert loopscope.sharpness(model, loss, k=2) == loopscope.sharpness(model, loss, k=2)


@pytest.mark.parametrize(
    ("loss", "k", "said"),
    [
        (None, 0, "k is 0; allowed a whole number from 1 to 33"),
        (None, 34, "k is 34"),
        (None, True, "k is True"),
        (lambda model: float(model(torch.ones(1, 2)).detach()), 1, "loss(model) is 'a number without a gradient'"),
        (lambda model: model(torch.ones(1, 2)).sum() / 0, 1, "allowed a finite loss. Take a state from before"),
        (lambda model: (0 * model(torch.ones(1, 2)).sum()).abs().pow(1.5), 1, "the Hessian is 'not finite'"),
        (lambda model: model.nope, 1, 'loss(model) is "AttributeError'),
    ],
)
def test_a_mistake_is_one_sentence(loss: Any, k: Any, said: str) -> None:
    model, usual = mlp(), binary()[1]
    with pytest.raises(UserMistake) as caught:
        loopscope.sharpness(model, loss or usual, k=k)
    assert said in str(caught.value) and "\n" not in str(caught.value)
