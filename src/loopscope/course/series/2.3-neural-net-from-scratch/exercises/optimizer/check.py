"""Judge an optimizer beside torch.optim.SGD: the same gradients, step by step, must lead to the same parameters."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from loopscope.course.exercises import Work, Wrong, expect

STEPS = 3


def check(work: Work) -> None:
    for lr in (0.1, 0.03):
        _leads_where_sgd_leads(work, lr)
    _leaves_alone_what_has_no_gradient(work)


def _leads_where_sgd_leads(work: Work, lr: float) -> None:
    generator = torch.Generator().manual_seed(0)
    X, y = torch.randn(20, 3, generator=generator), torch.randn(20, 1, generator=generator)
    mine = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    theirs = copy.deepcopy(mine)
    yours, wanted = work.call("SGD", mine.parameters(), lr=lr), torch.optim.SGD(theirs.parameters(), lr=lr)
    for step in range(1, STEPS + 1):
        yours.zero_grad()
        _is_cleared(mine, step)
        wanted.zero_grad()
        functional.mse_loss(mine(X), y).backward()
        functional.mse_loss(theirs(X), y).backward()
        before = _flat(mine)
        gradient = torch.cat([p.grad.flatten() for p in mine.parameters() if p.grad is not None])
        yours.step()
        _moved(_flat(mine) - before, _flat(theirs), before, gradient, (step, lr))
        wanted.step()
        expect.close(_flat(mine), _flat(theirs), f"the parameters after step {step}")


def _flat(model: nn.Module) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def _is_cleared(model: nn.Module, step: int) -> None:
    left = [name for name, p in model.named_parameters() if p.grad is not None and bool(p.grad.any())]
    if left:
        raise Wrong(
            f"After `zero_grad()` in round {step}, `{left[0]}.grad` is still there. Does it set `.grad`, for each "
            "parameter, and in each round?",
            "A generator, as `model.parameters()` is one, is empty after the first walk through it.",
        )


def _moved(by: Tensor, there: Tensor, before: Tensor, gradient: Tensor, at: tuple[int, float]) -> None:
    step, lr = at
    if not by.any():
        where = "" if step == 1 else " It did before: is the list of parameters walked through a second time?"
        why = "does it write into the parameters themselves (`p -= …`), or make new tensors (`p = p - …`)?"
        raise Wrong(f"`step()` number {step} moves nothing.{where or ' If it computes something, ' + why}")
    if torch.allclose(by, lr * gradient, atol=1e-6):
        raise Wrong("`step()` goes uphill: the gradient points to where the loss grows, so subtract it.")
    if torch.allclose(by, -gradient, atol=1e-6):
        raise Wrong(f"`step()` moves by the whole gradient: multiply it by the learning rate, here {lr:g}.")
    if not torch.allclose(by, -lr * gradient, atol=1e-6):
        share = float(-(by @ gradient) / (gradient @ gradient))
        raise Wrong(
            f"`step()` number {step} does not move each parameter by minus {lr:g} times its gradient: along the "
            f"gradient it goes {share:.3g} of it."
        )


def _leaves_alone_what_has_no_gradient(work: Work) -> None:
    used, unused = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    optimizer: Any = work.call("SGD", [used, unused], lr=0.5)
    (used**2).sum().backward()
    try:
        optimizer.step()
        optimizer.zero_grad()
        optimizer.step()
    except (TypeError, AttributeError, RuntimeError) as error:
        raise Wrong(
            "With a parameter whose `.grad` is None it breaks; such a parameter should stay where it is.",
            f"{type(error).__name__}: {error}",
        ) from None
    expect.close(unused, torch.ones(2), "a parameter without a gradient")
    expect.close(used, torch.zeros(2), "a parameter after one step from 1 with gradient 2 and lr 0.5")
