"""Judge four factors and their product, in the order of the way back."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from loopscope.course.exercises import Work, Wrong

NEAR = 1e-3


def check(work: Work) -> None:
    module = work.module
    z1 = module.first(module.x)  # (3,)
    z2 = module.second(torch.relu(z1))  # (1,)
    [gradients] = torch.autograd.grad(nn.functional.mse_loss(z2, module.y), [module.first.weight])
    answer, target = z2.item(), module.y.item()
    _is_loss_by_answer(_number(module.loss_by_answer, "loss_by_answer"), answer, target)
    _is_answer_by_unit(_number(module.answer_by_unit, "answer_by_unit"), module.second.weight[0].tolist())
    if _number(module.unit_by_sum, "unit_by_sum") != 1:
        raise Wrong(f"`unit_by_sum` is the slope of ReLU at z₁[0] = {z1[0].item():g}: 1 above 0, and 0 below.")
    _is_sum_by_weight(_number(module.sum_by_weight, "sum_by_weight"), module.x.tolist())
    _is_product(_number(module.gradient, "gradient"), gradients[0, 1].item())


def _number(value: Any, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise Wrong(f"`{name}` should be one number, and is {type(value).__name__}.") from None


def _near(one: float, other: float) -> bool:
    return abs(one - other) < NEAR


def _is_loss_by_answer(yours: float, answer: float, target: float) -> None:
    wanted = 2 * (answer - target)
    if _near(yours, wanted):
        return
    if _near(yours, -wanted):
        raise Wrong("`loss_by_answer` has the wrong sign: it is 2 (z₂ − y), the answer minus the target.")
    if _near(yours, wanted / 2):
        raise Wrong("`loss_by_answer` lacks the 2: the rate of a square is twice what is squared.")
    if _near(yours, (answer - target) ** 2):
        raise Wrong("`loss_by_answer` is the loss itself; its rate is wanted, 2 (z₂ − y).")
    raise Wrong(
        f"`loss_by_answer` is {yours:g}: it should be 2 (z₂ − y). Does your forward pass end at z₂ = {answer:g}?"
    )


def _is_answer_by_unit(yours: float, weights: list[float]) -> None:
    if _near(yours, weights[0]):
        return
    if any(_near(yours, each) for each in weights[1:]):
        raise Wrong("`answer_by_unit` is the weight of another unit: the answer hears unit 0 by `second.weight[0, 0]`.")
    raise Wrong(f"`answer_by_unit` is {yours:g}: how much does z₂ change for each unit by which a₁[0] does?")


def _is_sum_by_weight(yours: float, x: list[float]) -> None:
    if _near(yours, x[1]):
        return
    if _near(yours, x[0]):
        raise Wrong("`sum_by_weight` is x[0], which the weight beside it multiplies: `first.weight[0, 1]` meets x[1].")
    raise Wrong(f"`sum_by_weight` is {yours:g}: a weight's sum changes by what the weight multiplies.")


def _is_product(yours: float, wanted: float) -> None:
    if not _near(yours, wanted):
        raise Wrong(f"All four factors are right, and `gradient` is {yours:g}: it should be their product.")
