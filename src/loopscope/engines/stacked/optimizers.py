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

    @abstractmethod
    def prepare(self, groups: Sequence[dict[str, Any]]) -> None:
        """Make the buffers that these settings need."""

    def step(self, number: int, gradient: Tensor, lr: Setting) -> None:
        """Step `number`, from 1."""
        if self.decays:
            gradient = plus(gradient, self.flat, self.spread_settings["weight_decay"])
        self.move(number, gradient, lr)

    @abstractmethod
    def move(self, number: int, gradient: Tensor, lr: Setting) -> None:
        """The step itself."""

    def spread(self, value: Setting) -> Setting:
        return self.layout.spread(value) if isinstance(value, Tensor) else value


class SGD(StackedOptimizer):
    reads = ("momentum",)

    def prepare(self, groups: Sequence[dict[str, Any]]) -> None:
        self.nesterov = bool(groups[0]["nesterov"])
        if any(group["momentum"] for group in groups):
            self.buffers["momentum_buffer"] = torch.zeros_like(self.flat)

    def move(self, number: int, gradient: Tensor, lr: Setting) -> None:
        if "momentum_buffer" in self.buffers:
            momentum = self.spread_settings["momentum"]
            buffer = self.buffers["momentum_buffer"].mul_(momentum).add_(gradient)
            gradient = plus(gradient, buffer, momentum) if self.nesterov else buffer
        add_scaled(self.flat, gradient, self.spread(-lr))


class RMSProp(StackedOptimizer):
    reads = ("momentum", "eps")

    def prepare(self, groups: Sequence[dict[str, Any]]) -> None:
        self.alpha = float(groups[0]["alpha"])  # PyTorch's default: no experiment sets it
        self.buffers["square_avg"] = torch.zeros_like(self.flat)
        if any(group["momentum"] for group in groups):
            self.buffers["momentum_buffer"] = torch.zeros_like(self.flat)

    def move(self, number: int, gradient: Tensor, lr: Setting) -> None:
        square = self.buffers["square_avg"].mul_(self.alpha).addcmul_(gradient, gradient, value=1 - self.alpha)
        divisor = square.sqrt().add_(self.spread_settings["eps"])
        if "momentum_buffer" in self.buffers:
            buffer = self.buffers["momentum_buffer"].mul_(self.spread_settings["momentum"])
            add_scaled(self.flat, buffer.addcdiv_(gradient, divisor), self.spread(-lr))
        else:
            add_quotient(self.flat, gradient, divisor, self.spread(-lr))


class Adagrad(StackedOptimizer):
    reads = ("eps",)

    def prepare(self, groups: Sequence[dict[str, Any]]) -> None:
        self.buffers["sum"] = torch.zeros_like(self.flat)

    def move(self, number: int, gradient: Tensor, lr: Setting) -> None:
        divisor = self.buffers["sum"].addcmul_(gradient, gradient).sqrt().add_(self.spread_settings["eps"])
        add_quotient(self.flat, gradient, divisor, self.spread(-lr))


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
        mean = self.buffers["exp_avg"].lerp_(gradient, self.rest1)  # type: ignore[arg-type]
        square = self.buffers["exp_avg_sq"].mul_(self.spread_settings["beta2"])
        add_product(square, gradient, gradient, self.rest2)
        correction1 = 1 - self.settings["beta1"] ** number
        correction2 = (1 - self.settings["beta2"] ** number) ** 0.5
        divisor = square.sqrt().div_(self.spread(correction2)).add_(self.spread_settings["eps"])
        add_quotient(self.flat, mean, divisor, self.spread(-lr / correction1))


class AdamW(Adam):
    def step(self, number: int, gradient: Tensor, lr: Setting) -> None:
        if self.decays:
            self.flat.mul_(self.spread(1 - lr * self.settings["weight_decay"]))
        self.move(number, gradient, lr)


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


def add_quotient(target: Tensor, a: Tensor, b: Tensor, scale: Setting) -> Tensor:
    """target += scale · a / b."""
    return target.addcdiv_(a * scale, b) if isinstance(scale, Tensor) else target.addcdiv_(a, b, value=scale)
