"""The loss of a model in one floating-point type: its value, gradient and differences. Judges none of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import UserMistake, mistake
from .landscape_loss import LossOfWeights, Weights, movable


class Precision:
    """The loss of a model whose weights, buffers and inputs are of one type. `own` are its parameters."""

    def __init__(self, asked: LossOfWeights, dtype: torch.dtype) -> None:
        self.asked, self.dtype = asked, dtype
        self.weights: Weights = {name: _cast(each, dtype) for name, each in asked.found[0].items()}
        self.own = movable(asked.model)

    def loss(self, changed: Weights | None = None) -> Tensor:
        """The loss () float64 with some of the weights changed."""
        with _casting(self.asked, self.dtype):
            return self.asked.at(self.weights | (changed or {}))

    def gradients(self) -> tuple[float, Weights, tuple[str, ...]]:
        """The loss, autograd's gradient of each parameter, and the names of functions written by hand."""
        own = {name: self.weights[name].detach().clone().requires_grad_() for name in self.own}
        try:
            result = self.loss(own)
        except UserMistake:
            raise
        except Exception as error:
            raise self.asked.failure(error) from error
        if not bool(result.isfinite()):
            raise mistake(self.asked.field, result.item(), "a finite loss", "Take weights from before it diverged.")
        if not result.requires_grad:
            allowed = "a tensor with its graph"
            raise mistake(self.asked.field, "a number without one", allowed, "Leave .item() and .detach() out.")
        found = torch.autograd.grad(result, list(own.values()), retain_graph=True, materialize_grads=True)
        return float(result.detach()), dict(zip(own, found, strict=True)), tuple(_by_hand(result))

    def moved(self, name: str, place: tuple[int, ...], by: float) -> float:
        """The loss with one entry moved."""
        tensor = self.weights[name].detach().clone()
        tensor[place] += by
        with torch.no_grad():
            return float(self.loss({name: tensor}))

    def slope(self, name: str, place: tuple[int, ...], epsilon: float) -> float:
        """The central difference by one entry."""
        return (self.moved(name, place, epsilon) - self.moved(name, place, -epsilon)) / (2 * epsilon)


def _by_hand(result: Tensor) -> Iterator[str]:
    """Names of the torch.autograd.Functions in a result's graph that are written in Python."""
    seen: set[Any] = set()
    open_nodes: list[Any] = [result.grad_fn]
    while open_nodes:
        node = open_nodes.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if isinstance(node, torch.autograd.function.BackwardCFunction):
            yield type(node).__name__.removesuffix("Backward")
        open_nodes += [inner for inner, _ in node.next_functions]


@contextmanager
def _casting(asked: LossOfWeights, dtype: torch.dtype) -> Iterator[None]:
    """What goes into the model is converted on its way, whoever calls it."""
    batch = asked.batch
    asked.batch = tuple(_cast_in(each, dtype) for each in batch)

    def hook(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
        return tuple(_cast_in(each, dtype) for each in args), {k: _cast_in(v, dtype) for k, v in kwargs.items()}

    handle = asked.model.register_forward_pre_hook(hook, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()
        asked.batch = batch


def _cast_in(value: Any, dtype: torch.dtype) -> Any:
    if isinstance(value, Tensor):
        return _cast(value, dtype)
    return type(value)(_cast_in(each, dtype) for each in value) if type(value) in (tuple, list) else value


def _cast(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    return tensor.to(dtype) if tensor.is_floating_point() else tensor
