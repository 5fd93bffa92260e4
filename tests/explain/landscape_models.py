"""Models with losses for landscapes, and the plain loop that all of them are held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

Case = tuple[nn.Module, tuple[Callable[[Any, Any], Tensor], Any, Any]]


def mlp(widths: Sequence[int] = (2, 8, 1), activation: type[nn.Module] = nn.Tanh) -> nn.Sequential:
    layers: list[nn.Module] = []
    for wide, narrow in pairwise(widths):
        layers += [nn.Linear(wide, narrow), activation()]
    return nn.Sequential(*layers[:-1])


def binary() -> Case:
    return mlp(), (nn.BCEWithLogitsLoss(), torch.randn(30, 2), torch.randint(0, 2, (30, 1)).float())


def classes() -> Case:
    return mlp((5, 7, 3), nn.ReLU), (nn.CrossEntropyLoss(), torch.randn(40, 5), torch.randint(0, 3, (40,)))


def normed() -> Case:
    model = nn.Sequential(nn.Linear(3, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(0.5), nn.Linear(6, 1))
    model(torch.randn(50, 3) * 2 + 1)  # so that its statistics are not those that it began with
    return model, (nn.MSELoss(), torch.randn(20, 3), torch.randn(20, 1))


def convolution() -> Case:
    model = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(108, 4))
    return model, (nn.CrossEntropyLoss(), torch.randn(6, 1, 8, 8), torch.randint(0, 4, (6,)))


def attention() -> Case:
    model = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    return model, (nn.MSELoss(), torch.randn(3, 4, 8), torch.randn(3, 4, 8))


def double() -> Case:
    model, (criterion, inputs, targets) = binary()
    return model.double(), (criterion, inputs.double(), targets.double())


def tied() -> Case:
    model = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4))
    model[2].weight = model[0].weight
    return model, (nn.MSELoss(), torch.randn(20, 4), torch.randn(20, 4))


CASES = {
    "binary": binary,
    "classes": classes,
    "normed": normed,
    "convolution": convolution,
    "attention": attention,
    "double": double,
    "tied": tied,
}


def plain_loop(model: nn.Module, loss: Any, directions: Sequence[Tensor], places: Tensor) -> np.ndarray[Any, Any]:
    """Losses (places,), as one types it: weights set, model called, weights put back. `directions` (k, weights)."""
    criterion, inputs, targets = loss
    center, parameters = parameters_to_vector(model.parameters()).detach(), list(model.parameters())
    mode = model.training
    losses: list[float] = []
    with torch.no_grad():
        model.eval()
        for place in places:
            moved = sum((scale.to(center) * one for scale, one in zip(place, directions, strict=True)), center)
            vector_to_parameters(moved, parameters)
            losses.append(float(criterion(model(inputs), targets)))
        vector_to_parameters(center, parameters)
    model.train(mode)
    return np.array(losses)
