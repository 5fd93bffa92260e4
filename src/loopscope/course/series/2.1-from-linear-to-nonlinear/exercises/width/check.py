"""Judge width and depth of a network, and the count of its parameters."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from loopscope.course.exercises import Work, Wrong, expect

WIDTH = 32
COUNT = (2 * WIDTH + WIDTH) + (WIDTH + 1)


def check(work: Work) -> None:
    model = work.call("MLP")
    expect.a(nn.Module, model, "MLP()")
    _has_two_layers(model)
    with torch.no_grad():
        said = model(torch.randn(5, 2, generator=torch.Generator().manual_seed(0)))
    expect.shape(said, (5, 1), "MLP()(x)")
    _bends(model)
    _is_counted(work.module.parameters)


def _has_two_layers(model: nn.Module) -> None:
    layers = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
    if len(layers) != 2:
        raise Wrong(
            f"`MLP` has {len(layers)} linear layers and should keep 2: the number of layers is the depth, "
            "and only the width is to change."
        )
    first, second = layers
    if first.in_features != 2:
        raise Wrong(f"The first layer takes {first.in_features} numbers, and a point has 2: (2, {WIDTH}) is the order.")
    if first.out_features != second.in_features:
        raise Wrong(
            f"The first layer gives {first.out_features} numbers and the second takes {second.in_features}: "
            "the hidden dimension stands in both and must be the same."
        )
    if first.out_features != WIDTH:
        raise Wrong(f"The hidden layer has {first.out_features} units; {WIDTH} are asked for.")
    if second.out_features != 1:
        raise Wrong(f"The second layer gives {second.out_features} numbers; the logit is 1.")


def _bends(model: nn.Module) -> None:
    x = 100 * torch.tensor([[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    with torch.no_grad():
        left, middle, right = model(x).squeeze(1).tolist()
    if abs((left + right) / 2 - middle) < 1e-3:
        raise Wrong("`MLP` has become linear: was the ReLU lost between the layers?")


def _is_counted(value: Any) -> None:
    if value == COUNT:
        return
    if value == COUNT - WIDTH - 1:
        raise Wrong(f"`parameters` is {value}: that leaves out the biases, one for each unit and one for the logit.")
    if value == 65:
        raise Wrong("`parameters` is 65, which is the count for 16 units: work it out for 32.")
    raise Wrong(f"`parameters` is {value}: count the weights and biases of both layers, each weight once.")
