"""The loop against the same loop typed by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from loopscope.loop import PHASES, Batches, Diverged, training_loop, weight_penalty
from loopscope.loop.divergence import FiniteCheck


def data(rows: int = 40) -> tuple[Tensor, Tensor]:
    g = torch.Generator().manual_seed(1)
    x = torch.randn(rows, 3, generator=g)
    return x, (x.sum(1, keepdim=True) > 0).float()


def parts(optimizer: str = "Adam", **settings: Any) -> tuple[nn.Module, nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    made = getattr(torch.optim, optimizer)(model.parameters(), **({"lr": 0.05} | settings))
    return model, nn.BCEWithLogitsLoss(), made


def losses(loop: Iterable[Any]) -> list[float]:
    return [state.loss_value for state in loop if state.phase == "schedule"]


def same(a: nn.Module, b: nn.Module) -> bool:
    return all(torch.equal(p, q) for p, q in zip(a.parameters(), b.parameters(), strict=True))


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad"])
def test_it_is_the_loop_that_one_types(optimizer: str) -> None:
    x, y = data()
    typed_model, criterion, typed = parts(optimizer)
    order, by_hand = torch.Generator().manual_seed(3), []
    for _ in range(3):
        for rows in torch.randperm(len(x), generator=order).split(16):
            typed.zero_grad()
            loss = criterion(typed_model(x[rows]), y[rows])
            loss.backward()
            typed.step()
            by_hand.append(loss.item())
    model, criterion, made = parts(optimizer)
    batches = Batches(x, y, 16, torch.Generator().manual_seed(3))
    assert losses(training_loop(model, batches, criterion, made, epochs=3)) == by_hand
    assert same(model, typed_model)


def test_phases_come_in_order_and_can_be_looked_into() -> None:
    x, y = data(8)
    model, criterion, optimizer = parts()
    before = [p.detach().clone() for p in model.parameters()]
    seen = []
    for state in training_loop(model, Batches(x, y, 8), criterion, optimizer, epochs=1):
        seen.append(state.phase)
        moved = any(not torch.equal(p, b) for p, b in zip(model.parameters(), before, strict=True))
        assert moved == (state.phase in ("step", "schedule"))
        has_gradient = all(p.grad is not None for p in model.parameters())
        assert has_gradient == (state.phase in ("backward", "clip", "step", "schedule"))
    assert tuple(seen) == PHASES


def test_accumulated_batches_make_the_gradient_of_one_large_batch() -> None:
    x, y = data(40)
    model, criterion, optimizer = parts("SGD")
    list(training_loop(model, Batches(x, y, 10), criterion, optimizer, epochs=1, accumulate=4))
    whole, criterion, optimizer = parts("SGD")
    list(training_loop(whole, Batches(x, y, 40), criterion, optimizer, epochs=1))
    for p, q in zip(model.parameters(), whole.parameters(), strict=True):
        assert torch.allclose(p, q, atol=1e-6)


def test_a_short_last_group_is_the_mean_of_its_own_batches() -> None:
    x, y = data(30)
    model, criterion, optimizer = parts("SGD")
    states = [s.step for s in training_loop(model, Batches(x, y, 10), criterion, optimizer, epochs=1, accumulate=2)]
    assert states[-1] == 2
    alone, criterion, optimizer = parts("SGD")
    for rows in (slice(0, 20), slice(20, 30)):
        optimizer.zero_grad()
        criterion(alone(x[rows]), y[rows]).backward()
        optimizer.step()
    for p, q in zip(model.parameters(), alone.parameters(), strict=True):
        assert torch.allclose(p, q, atol=1e-6)


def test_penalty_is_told_apart_from_the_loss() -> None:
    x, y = data()
    model, criterion, optimizer = parts("SGD")
    first = next(
        s
        for s in training_loop(
            model, Batches(x, y, 40), criterion, optimizer, epochs=1, penalty=weight_penalty(0.1, 0.2)
        )
        if s.phase == "loss"
    )
    weights = [p for p in model.parameters() if p.dim() > 1]
    expected = sum(0.1 * w.abs().sum() + 0.2 * w.square().sum() for w in weights)
    assert first.penalty_value == pytest.approx(expected.item())
    assert first.loss_value == pytest.approx(criterion(model(x), y).item())


def test_clipping_bounds_the_gradient_that_the_step_uses() -> None:
    x, y = data()
    model, criterion, optimizer = parts("SGD")
    for state in training_loop(
        model, Batches(x, 100 * y, 40), nn.MSELoss(), optimizer, epochs=2, clip_norm=0.5, clip_value=0.3
    ):
        if state.phase == "clip":
            gradients = [p.grad for p in model.parameters() if p.grad is not None]
            assert torch.nn.utils.get_total_norm(gradients) <= 0.5 + 1e-6
            assert max(g.abs().max() for g in gradients) <= 0.3


def test_a_scheduler_moves_after_the_step() -> None:
    x, y = data()
    model, criterion, optimizer = parts("SGD", lr=1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    rates = [
        optimizer.param_groups[0]["lr"]
        for s in training_loop(model, Batches(x, y, 40), criterion, optimizer, epochs=2, scheduler=scheduler)
        if s.phase in ("step", "schedule")
    ]
    assert rates == [1.0, 0.5, 0.5, 0.25]


def test_lbfgs_evaluates_by_itself() -> None:
    x, y = data()
    model, criterion, optimizer = parts("LBFGS", lr=0.5)
    typed_model, _, typed = parts("LBFGS", lr=0.5)

    def closure() -> Tensor:
        typed.zero_grad()
        loss = criterion(typed_model(x), y)
        loss.backward()
        return loss

    by_hand = [typed.step(closure).item() for _ in range(3)]
    assert losses(training_loop(model, Batches(x, y, 40), criterion, optimizer, epochs=3)) == by_hand
    assert same(model, typed_model)


class Explodes(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x / 0.0


def test_a_loss_that_is_not_finite_stops_before_the_step_and_names_the_layer() -> None:
    x, y = data()
    model = nn.Sequential(nn.Linear(3, 4), Explodes(), nn.Linear(4, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = [p.detach().clone() for p in model.parameters()]
    with pytest.raises(Diverged, match="output of layer 1 became .* in step 1; stopped after step 0") as raised:
        list(training_loop(model, Batches(x, y, 40), nn.MSELoss(), optimizer, epochs=1))
    assert raised.value.culprit.layer == "1"
    assert all(torch.equal(p, b) for p, b in zip(model.parameters(), before, strict=True))
    assert all(not m._forward_hooks and m.training for m in model.modules())


def test_a_gradient_that_is_not_finite_stops_before_the_step() -> None:
    x, y = data()
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = model.weight.detach().clone()
    with pytest.raises(Diverged, match="gradient of (weight|bias)") as raised:
        # the root of zero is finite, its gradient is not
        list(training_loop(model, Batches(x, y, 40), lambda o, t: (0 * o).abs().sqrt().sum(), optimizer, epochs=1))
    assert raised.value.step == 1
    assert torch.equal(model.weight, before)


def test_a_penalty_that_is_not_finite_is_named_as_such() -> None:
    x, y = data()
    model, criterion, optimizer = parts("SGD")
    with pytest.raises(Diverged, match="penalty became inf in step 1; stopped after step 0"):
        list(
            training_loop(
                model, Batches(x, y, 40), criterion, optimizer, epochs=1, penalty=lambda m: torch.tensor(math.inf)
            )
        )


def test_bad_inputs_are_named_first() -> None:
    x, y = data()
    x[3, 1] = math.nan
    model, criterion, optimizer = parts()
    with pytest.raises(Diverged, match="input of the batch became nan in step 1"):
        list(training_loop(model, Batches(x, y, 40), criterion, optimizer, epochs=1))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, None])
def test_the_quick_check_of_gradients_agrees_with_the_plain_one(bad: float | None) -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    for p in model.parameters():
        p.grad = torch.randn_like(p) * 1e-40  # denormal numbers must survive the check too
    if bad is not None:
        model[1].weight.grad[1, 2] = bad
    before = [p.grad.clone() for p in model.parameters()]
    check = FiniteCheck(list(model.parameters()))
    assert check() == check.plainly() == (bad is None)
    assert check() == (bad is None), "a second look says the same"
    for p, b in zip(model.parameters(), before, strict=True):
        assert torch.equal(p.grad, b) or bad is not None


def test_the_check_of_gradients_takes_missing_and_sparse_ones() -> None:
    table = nn.Embedding(5, 2, sparse=True)
    unused = nn.Linear(2, 2)
    table(torch.tensor([1, 3])).sum().backward()
    check = FiniteCheck([*table.parameters(), *unused.parameters()])
    assert check()
    table.weight.grad._values()[0, 0] = math.nan
    assert not check()


def test_batches_cover_all_rows_once_and_leave_global_randomness_alone() -> None:
    x = torch.arange(23.0)[:, None]
    state = torch.get_rng_state()
    batches = Batches(x, x, 5, torch.Generator().manual_seed(0))
    first, second = ([b for b, _ in batches] for _ in range(2))
    assert [len(b) for b in first] == [5, 5, 5, 5, 3] and len(batches) == 5
    assert torch.equal(torch.cat(first).sort(dim=0).values, x)
    assert not torch.equal(torch.cat(first), torch.cat(second))
    assert torch.equal(state, torch.get_rng_state())
