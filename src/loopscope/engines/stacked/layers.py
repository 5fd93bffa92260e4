"""The forward pass of many models of one architecture at once, by hand. Knows no loss, optimizer or experiment.

Tensors are feature-major, (models, units, rows): a layer of all models is one matrix product, batch norm sees the
units of all models as its channels, and where all models see the same rows, (features, rows), the first layer is a
single product for all of them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...models.activations import MODULES
from ...models.mlp import Residual
from .masks import Masks

Layer: TypeAlias = Callable[[Tensor, bool], Tensor]
"""(hidden, training) → hidden; (models, units, rows), or (features, rows) where all see the same."""

IN_PLACE: dict[type[nn.Module], Callable[[Tensor], Tensor]] = {
    nn.ReLU: torch.relu_,
    nn.Tanh: torch.tanh_,
    nn.Sigmoid: torch.sigmoid_,
}
"""Activations whose derivative is read off their value: right after a linear layer they overwrite what it puts out."""
LAYERS = (nn.Sequential, Residual, nn.Linear, nn.BatchNorm1d, nn.LayerNorm, nn.Dropout)
ELEMENTWISE = tuple(MODULES.values())


FEW = 400
"""Multiplications of one model's layer below which `torch.bmm` on the CPU goes through a loop without vectors (ATen's
`bmm_out_or_baddbmm_`); a product entry by entry and a sum take a quarter of the time then."""


def first_unknown(model: nn.Module) -> str:
    """The first kind of layer that is not stacked by hand; empty where all are."""
    known = (*LAYERS, *ELEMENTWISE)
    return next((type(module).__name__ for module in model.modules() if type(module) not in known), "")


class StackedLayers:
    """All models of `template`'s architecture, on parameters `weights` and buffers by name, (models, *shape) each.

    Called with inputs (models, features, rows), or (features, rows) where all models see the same, it gives outputs
    (models, outputs, rows). `masks` is needed where the architecture has dropout.
    """

    def __init__(
        self, template: nn.Module, weights: dict[str, Tensor], buffers: dict[str, Tensor], masks: Masks | None
    ) -> None:
        self.weights, self.buffers, self.masks = weights, buffers, masks
        self.count = len(next(iter(weights.values())))
        self.layers = list(self._layers(template, ""))

    def __call__(self, inputs: Tensor, training: bool) -> Tensor:
        hidden = inputs
        for layer in self.layers:
            hidden = layer(hidden, training)
        return hidden

    def _layers(self, module: nn.Module, path: str) -> Iterator[Layer]:
        children = list(module.named_children())
        after = [child for _, child in children[1:]] + [None]
        done: nn.Module | None = None
        for (name, child), following in zip(children, after, strict=True):
            if isinstance(child, nn.Linear) and following is not None and type(following) in IN_PLACE:
                yield self._linear(f"{path}{name}", IN_PLACE[type(following)])
                done = following
            elif child is not done:
                yield from self._layer(child, f"{path}{name}")

    def _layer(self, module: nn.Module, path: str) -> Iterator[Layer]:
        match module:
            case nn.Linear():
                yield self._linear(path)
            case nn.BatchNorm1d():
                yield self._batch_norm(module, path)
            case nn.LayerNorm():
                yield self._layer_norm(module, path)
            case nn.Dropout():
                yield self._dropout(module.p)
            case nn.Sequential():
                yield from self._layers(module, f"{path}.")
            case Residual():
                yield self._residual(list(self._layers(module.block, f"{path}.block.")))
            case _:
                yield lambda hidden, _training: module(hidden)

    def _linear(self, path: str, activation: Callable[[Tensor], Tensor] = lambda hidden: hidden) -> Layer:
        weight = self.weights[f"{path}.weight"]  # (models, units, inputs)
        bias = self.weights.get(f"{path}.bias")  # (models, units)
        count, units, width = weight.shape

        def same_rows(rows: Tensor) -> Tensor:
            flat = weight.view(count * units, width)
            hidden = flat @ rows if bias is None else torch.addmm(bias.view(-1, 1), flat, rows)
            # before it is a view: autograd copies what is overwritten through one
            return activation(hidden).view(count, units, -1)

        def own_rows(hidden: Tensor) -> Tensor:
            return weight.bmm(hidden) if bias is None else torch.baddbmm(bias.unsqueeze(2), weight, hidden)

        def few_rows(hidden: Tensor) -> Tensor:
            sums = (weight.unsqueeze(3) * hidden.unsqueeze(1)).sum(2)
            return sums if bias is None else sums + bias.unsqueeze(2)

        def linear(hidden: Tensor, _training: bool) -> Tensor:
            if hidden.dim() == 2:
                return same_rows(hidden)
            few = units * width * hidden.shape[2] < FEW
            return activation(few_rows(hidden) if few else own_rows(hidden))

        return linear

    def _batch_norm(self, module: nn.BatchNorm1d, path: str) -> Layer:
        mean, variance, counted = (
            self.buffers[f"{path}.{name}"] for name in ("running_mean", "running_var", "num_batches_tracked")
        )
        weight, bias = self.weights[f"{path}.weight"], self.weights[f"{path}.bias"]  # (models, units)

        def batch_norm(hidden: Tensor, training: bool) -> Tensor:
            if training:
                counted.add_(1)
            channels = hidden.reshape(1, -1, hidden.shape[2])  # (1, models · units, rows)
            own = (mean.view(-1), variance.view(-1), weight.view(-1), bias.view(-1))
            normal = functional.batch_norm(channels, *own, training, module.momentum or 0.0, module.eps)
            return normal.view(hidden.shape)

        return batch_norm

    def _layer_norm(self, module: nn.LayerNorm, path: str) -> Layer:
        weight, bias = self.weights[f"{path}.weight"], self.weights.get(f"{path}.bias")

        def layer_norm(hidden: Tensor, _training: bool) -> Tensor:
            normal = functional.layer_norm(hidden.mT, hidden.shape[1:2], eps=module.eps).mT * weight.unsqueeze(2)
            return normal if bias is None else normal + bias.unsqueeze(2)

        return layer_norm

    def _dropout(self, p: float) -> Layer:
        def dropout(hidden: Tensor, training: bool) -> Tensor:
            if not training or not p:
                return hidden
            assert self.masks is not None, "an architecture with dropout comes with masks"
            return hidden * self.masks.draw(hidden, p)

        return dropout

    def _residual(self, block: list[Layer]) -> Layer:
        def residual(hidden: Tensor, training: bool) -> Tensor:
            inner = hidden
            for layer in block:
                inner = layer(inner, training)
            return hidden + inner

        return residual
