"""Optimizers over one flat tensor of many models, each model with settings of its own. Know no layer and no schedule.

The formulas are those of `torch.optim` (its single-tensor code), in its order of operations; a setting is a number
where all models have the same one, and a vector of one value an entry where they differ.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor

from .layout import Layout

Setting: TypeAlias = float | Tensor
"""One number for all, or a value a model (models,), 64-bit."""
Spread: TypeAlias = Callable[[Setting], Setting]
"""From a value a model to one an entry."""


def setting(values: Sequence[float], device: torch.device) -> Setting:
    """One number where all are equal, else a value a model."""
    if all(value == values[0] for value in values):
        return float(values[0])
    return torch.tensor(values, dtype=torch.float64, device=device)


class StackedOptimizer(ABC):
    """Moves `flat` (entries,) by `gradient` (entries,). Subclasses hold buffers under torch.optim's own names.

    `groups` are the settings of each model's own optimizer, as in its `param_groups[0]`.
    """

    reads: tuple[str, ...]

    def __init__(self, layout: Layout, groups: Sequence[dict[str, Any]], flat: Tensor) -> None:
        self.layout = layout
        self.flat = flat
        self.buffers: dict[str, Tensor] = {}
        self.settings = {
            name: setting([float(group[name]) for group in groups], flat.device)
            for name in (*self.reads, "weight_decay")
        }
        self.spread_settings = {name: self.spread(value) for name, value in self.settings.items()}
        self.decays = any(group["weight_decay"] for group in groups)
        self.prepare(groups)
        self.rate: tuple[Setting, Setting] = (0.0, 0.0)

    @abstractmethod
    def prepare(self, groups: Sequence[dict[str, Any]]) -> None:
        """Make the buffers that these settings need."""

    def step(self, number: int, gradient: Tensor, lr: Setting) -> None:
        """Step `number`, from 1, at this learning rate for all or a value a model."""
        if lr is not self.rate[0]:
            self.rate = (lr, self.spread(lr))
        self.move(number, gradient, self.rate[1])

    @abstractmethod
    def move(self, number: int, gradient: Tensor, lr: Setting) -> None:
        """The step itself; `lr` is one for all or a value an entry."""

    def decayed(self, gradient: Tensor) -> Tensor:
        """The gradient with the weight decay of all but AdamW."""
        return plus(gradient, self.flat, self.spread_settings["weight_decay"]) if self.decays else gradient

    def spread(self, value: Setting) -> Setting:
        return self.layout.spread(value) if isinstance(value, Tensor) else value


class SGD(StackedOptimizer):
    reads = ("momentum",)

    def prepare(self, groups: Sequence[dict[str, Any]]) -> None:
        self.nesterov = bool(groups[0]["nesterov"])
        if any(group["momentum"] for group in groups):
            self.buffers["momentum_buffer"] = torch.zeros_like(self.flat)

    def move(self, number: int, gradient: Tensor, lr: Setting) -> None:
        gradient = self.decayed(gradient)
        if "momentum_buffer" in self.buffers:
            momentum = self.spread_settings["momentum"]
            buffer = self.buffers["momentum_buffer"].mul_(momentum).add_(gradient)
            gradient = plus(gradient, buffer, momentum) if self.nesterov else buffer
        add_scaled(self.flat, gradient, -lr)


class RMSProp(StackedOptimizer):
    reads = ("momentum", "eps")

    def prepare(self, groups: Sequence[dict[str, Any]]) -> None:
        self.alpha = float(groups[0]["alpha"])  # PyTorch's default: no experiment sets it
        self.buffers["square_avg"] = torch.zeros_like(self.flat)
        if any(group["momentum"] for group in groups):
            self.buffers["momentum_buffer"] = torch.zeros_like(self.flat)

    def move(self, number: int, gradient: Tensor, lr: Setting) -> None:
        gradient = self.decayed(gradient)
        square = self.buffers["square_avg"].mul_(self.alpha).addcmul_(gradient, gradient, value=1 - self.alpha)
        divisor = square.sqrt().add_(self.spread_settings["eps"])
        if "momentum_buffer" in self.buffers:
            buffer = self.buffers["momentum_buffer"].mul_(self.spread_settings["momentum"])
            add_scaled(self.flat, buffer.addcdiv_(gradient, divisor), -lr)
        else:
            add_quotient(self.flat, gradient, divisor, lr, -1.0)


class Adagrad(StackedOptimizer):
    reads = ("eps",)

    def prepare(self, groups: Sequence[dict[str, Any]]) -> None:
        self.buffers["sum"] = torch.zeros_like(self.flat)

    def move(self, number: int, gradient: Tensor, lr: Setting) -> None:
        gradient = self.decayed(gradient)
        divisor = self.buffers["sum"].addcmul_(gradient, gradient).sqrt().add_(self.spread_settings["eps"])
        add_quotient(self.flat, gradient, divisor, lr, -1.0)


class Adam(StackedOptimizer):
    reads = ("beta1", "beta2", "eps")

    def __init__(self, layout: Layout, groups: Sequence[dict[str, Any]], flat: Tensor) -> None:
        split = [group | dict(zip(("beta1", "beta2"), group["betas"], strict=True)) for group in groups]
        super().__init__(layout, split, flat)

    def prepare(self, groups: Sequence[dict[str, Any]]) -> None:
        self.buffers["exp_avg"] = torch.zeros_like(self.flat)
        self.buffers["exp_avg_sq"] = torch.zeros_like(self.flat)
        # in 64 bits, or what is left of 0.999 is off in its fifth digit
        self.rest1, self.rest2 = (self.spread(1 - self.settings[beta]) for beta in ("beta1", "beta2"))

    def move(self, number: int, gradient: Tensor, lr: Setting) -> None:
        self.average(number, self.decayed(gradient), lr)

    def average(self, number: int, gradient: Tensor, lr: Setting) -> None:
        mean = self.buffers["exp_avg"].lerp_(gradient, self.rest1)  # type: ignore[arg-type]
        square = self.buffers["exp_avg_sq"].mul_(self.spread_settings["beta2"])
        add_product(square, gradient, gradient, self.rest2)
        short1 = 1 - self.settings["beta1"] ** number  # what the means fall short of, as they began at zero
        short2 = (1 - self.settings["beta2"] ** number) ** 0.5
        divisor = square.sqrt().div_(self.spread(short2)).add_(self.spread_settings["eps"])
        if isinstance(short1, Tensor):
            add_quotient(self.flat, mean, divisor, lr / self.spread(short1), -1.0)
        else:
            add_quotient(self.flat, mean, divisor, lr, -1 / short1)


class AdamW(Adam):
    def move(self, number: int, gradient: Tensor, lr: Setting) -> None:
        if self.decays:
            self.flat.mul_(1 - lr * self.spread_settings["weight_decay"])
        self.average(number, gradient, lr)


STACKED: dict[str, type[StackedOptimizer]] = {
    "sgd": SGD,
    "rmsprop": RMSProp,
    "adagrad": Adagrad,
    "adam": Adam,
    "adamw": AdamW,
}
"""By the experiment's names."""


def plus(a: Tensor, b: Tensor, scale: Setting) -> Tensor:
    """a + scale · b, a new tensor."""
    return torch.addcmul(a, b, scale) if isinstance(scale, Tensor) else a.add(b, alpha=scale)


def add_scaled(target: Tensor, b: Tensor, scale: Setting) -> Tensor:
    """target += scale · b."""
    return target.addcmul_(b, scale) if isinstance(scale, Tensor) else target.add_(b, alpha=scale)


def add_product(target: Tensor, a: Tensor, b: Tensor, scale: Setting) -> Tensor:
    """target += scale · a · b."""
    return target.addcmul_(a * scale, b) if isinstance(scale, Tensor) else target.addcmul_(a, b, value=scale)


def add_quotient(target: Tensor, a: Tensor, b: Tensor, scale: Setting, factor: float) -> Tensor:
    """target += factor · scale · a / b."""
    if isinstance(scale, Tensor):
        return target.addcdiv_(a * scale, b, value=factor)
    return target.addcdiv_(a, b, value=factor * scale)
