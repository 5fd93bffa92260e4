"""Many models of one architecture as one function: outputs and losses of all at once. Knows no optimizer and no loop.

By hand where every layer is known, else through `torch.func`: `functional_call` under `vmap`. Both are given the same
weights, (models, *shape) each, and differ in where rows stand.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from torch import Tensor, nn
from torch.func import functional_call, vmap

from .layers import StackedLayers
from .losses import StackedLoss
from .masks import Masks
from .orientation import Orientation, RowsFirst, RowsLast


class Net(ABC):
    """The models of a stack. Inputs, targets and outputs stand as its `orientation` says."""

    orientation: Orientation

    @abstractmethod
    def outputs(self, inputs: Tensor, shared: bool, training: bool) -> Tensor:
        """Of all models, for inputs of their own or shared ones."""

    @abstractmethod
    def losses(self, outputs: Tensor, targets: Tensor, shared: bool) -> Tensor:
        """The mean loss of each model (models,)."""


class ByHand(Net):
    """Rows stand last, as `layers` has it."""

    orientation = RowsLast()

    def __init__(
        self,
        template: nn.Module,
        weights: dict[str, Tensor],
        buffers: dict[str, Tensor],
        loss: StackedLoss,
        masks: Masks | None = None,
    ) -> None:
        self.layers = StackedLayers(template, weights, buffers, masks)
        self.loss = loss

    def outputs(self, inputs: Tensor, shared: bool, training: bool) -> Tensor:
        return self.layers(inputs, training)

    def losses(self, outputs: Tensor, targets: Tensor, shared: bool) -> Tensor:
        return self.loss(outputs, targets.expand(self.layers.count, *targets.shape) if shared else targets)


class Functional(Net):
    """Rows stand where the module has them. `vmap` refuses a forward pass that draws random numbers."""

    orientation = RowsFirst()

    def __init__(
        self,
        template: nn.Module,
        weights: dict[str, Tensor],
        buffers: dict[str, Tensor],
        criterion: Callable[[Any, Any], Tensor],
    ) -> None:
        self.template = deepcopy(template)  # one model's own, whose mode and hooks are not ours to use
        self.weights, self.buffers, self.criterion = weights, buffers, criterion

    def outputs(self, inputs: Tensor, shared: bool, training: bool) -> Tensor:
        def one(weights: dict[str, Tensor], buffers: dict[str, Tensor], rows: Tensor) -> Tensor:
            return functional_call(self.template, (weights, buffers), (rows,))

        self.template.train(training)
        return vmap(one, in_dims=(0, 0, None if shared else 0))(self.weights, self.buffers, inputs)

    def losses(self, outputs: Tensor, targets: Tensor, shared: bool) -> Tensor:
        return vmap(self.criterion, in_dims=(0, None if shared else 0))(outputs, targets)
