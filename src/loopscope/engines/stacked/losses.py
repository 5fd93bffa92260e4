"""The loss of each model of a stack. Knows no layer, optimizer or penalty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from torch import Tensor
from torch.nn import functional

from ..call import Call

StackedLoss: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""(outputs, targets) → (models,). Outputs (models, outputs, rows); targets likewise, classes (models, rows)."""


def _entrywise(loss: Callable[..., Tensor]) -> Callable[..., StackedLoss]:
    def of(**settings: Any) -> StackedLoss:
        return lambda outputs, targets: loss(outputs, targets, reduction="none", **settings).flatten(1).mean(1)

    return of


LOSSES: dict[str, Callable[..., StackedLoss]] = {
    "nn.MSELoss": _entrywise(functional.mse_loss),
    "nn.L1Loss": _entrywise(functional.l1_loss),
    "nn.HuberLoss": _entrywise(functional.huber_loss),
    "nn.BCEWithLogitsLoss": _entrywise(functional.binary_cross_entropy_with_logits),
    "nn.CrossEntropyLoss": _entrywise(functional.cross_entropy),
}


def stacked_loss(criterion: Call) -> StackedLoss:
    """The mean over rows of what `criterion` asks for, model by model. PyTorch's function is the criterion's own."""
    return LOSSES[criterion.path](**criterion.keywords)
