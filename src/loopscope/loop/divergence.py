"""When a loop has left the finite numbers, and which tensor left first. Never mends anything."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import LoopscopeError


@dataclass(frozen=True, slots=True)
class Culprit:
    """The first tensor that is not finite: what it is called, the layer it belongs to, and one of its bad values."""

    tensor: str
    layer: str
    value: float


class Diverged(LoopscopeError):
    """The loss or a gradient is no longer finite; the step was not taken. `step` is the one that could not be."""

    def __init__(self, step: int, culprit: Culprit) -> None:
        self.step = step
        self.culprit = culprit
        where = f" of layer {culprit.layer}" if culprit.layer else ""
        super().__init__(
            f"{culprit.tensor}{where} became {culprit.value} in step {step}; stopped after step {step - 1}"
        )


_check_and_unscale: Any = getattr(torch, "_amp_foreach_non_finite_check_and_unscale_", None)


class FiniteCheck:
    """Whether every gradient of `weights` is finite, in one pass and one host sync.

    The kernel is the one that `torch.amp.GradScaler` uses; it also multiplies by one, which changes no bit of a
    finite number. Gradients that it does not take (missing, sparse, on several devices) go to the plain oracle.
    """

    def __init__(self, weights: Sequence[nn.Parameter]) -> None:
        self.weights = weights
        self._found = weights[0].new_zeros((), dtype=torch.float32)
        self._one = weights[0].new_ones((), dtype=torch.float32)

    def __call__(self) -> bool:
        try:
            _check_and_unscale([p.grad for p in self.weights], self._found, self._one)
        except (TypeError, RuntimeError):
            return self.plainly()
        if self._found.item() == 0.0:
            return True
        self._found.zero_()
        return False

    def plainly(self) -> bool:
        """The oracle: gradient by gradient."""
        gradients = [_dense(p.grad) for p in self.weights if p.grad is not None]
        return all(bool(torch.isfinite(g).all()) for g in gradients)


def step_or_restore(optimizer: torch.optim.Optimizer, closure: Any, weights: Sequence[nn.Parameter], step: int) -> None:
    """Take a step that evaluates the loss by itself; where it leaves a weight that is not finite, put all back.

    Raises `Diverged` then. Costs a copy of the weights a step, which such an optimizer's own history exceeds anyway.
    """
    before = [w.detach().clone() for w in weights]
    optimizer.step(closure)
    bad = next((value for w in weights if (value := _bad_value(w)) is not None), None)
    if bad is not None:
        with torch.no_grad():
            for w, kept in zip(weights, before, strict=True):
                w.copy_(kept)
        raise Diverged(step, Culprit("a weight after the optimizer's own search", "", bad))


def first_bad_gradient(model: nn.Module) -> Culprit:
    """The gradient nearest to the loss that is not finite: backward reached it first."""
    named = [(name, p.grad) for name, p in model.named_parameters() if p.grad is not None]
    for name, gradient in reversed(named):
        bad = _bad_value(_dense(gradient))
        if bad is not None:
            return Culprit(f"gradient of {name}", name.rpartition(".")[0], bad)
    return Culprit("gradient", "", math.nan)


def first_bad_value(model: nn.Module, inputs: Any, loss_value: float) -> Culprit:
    """Where the forward pass left the finite numbers: input, parameter, the output of a layer, or only the loss.

    The pass is repeated with hooks on the leaf modules, in evaluation mode and without gradient, so that neither
    batch statistics nor random numbers move; a cause that only training mode shows is then named by the loss alone.
    """
    bad = _bad_value(inputs)
    if bad is not None:
        return Culprit("input of the batch", "", bad)
    for name, parameter in model.named_parameters():
        bad = _bad_value(parameter)
        if bad is not None:
            return Culprit(name, name.rpartition(".")[0], bad)
    for culprit in _bad_outputs(model, inputs):
        return culprit
    return Culprit("loss", "", loss_value)


def _bad_outputs(model: nn.Module, inputs: Any) -> Iterator[Culprit]:
    found: list[Culprit] = []
    modes = {module: module.training for module in model.modules()}

    def look(name: str) -> Any:
        def hook(_module: nn.Module, _args: Any, output: Any) -> None:
            bad = _bad_value(output)
            if bad is not None:
                found.append(Culprit("output", name, bad))

        return hook

    leaves = [(name, module) for name, module in model.named_modules() if not any(module.children())]
    handles = [module.register_forward_hook(look(name)) for name, module in leaves]
    try:
        with torch.no_grad():
            model.eval()
            model(inputs)
    finally:
        for handle in handles:
            handle.remove()
        for module, training in modes.items():
            module.training = training
    yield from found


def _dense(tensor: Tensor) -> Tensor:
    return tensor.coalesce().values() if tensor.is_sparse else tensor


def _bad_value(value: Any) -> float | None:
    if not isinstance(value, Tensor) or not value.is_floating_point():
        return None
    bad = value.detach()[~torch.isfinite(value.detach())]
    return float(bad.flatten()[0]) if bad.numel() else None
