"""Judge a penalty by its value and by the gradient that it leaves, on networks of several shapes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from loopscope.course.exercises import Work, Wrong, expect


def check(work: Work) -> None:
    for widths, strength in (((2, 3, 1), 1.0), ((3, 5, 4, 1), 0.01), ((2, 1), 0.5)):
        model = _network(widths)
        said: Any = work.call("penalty", model, strength)
        expect.shape(said, (), "penalty(model, strength)")
        _is_right(said, model, strength)
        _pulls(said, model, strength)


def _network(widths: tuple[int, ...]) -> nn.Sequential:
    """Linear layers of these widths, ReLU between them, with fixed numbers none of which is 0."""
    generator = torch.Generator().manual_seed(len(widths))
    layers: list[nn.Module] = []
    for into, out in pairwise(widths):
        layers += [nn.Linear(into, out), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) + 0.3)
    return model


def _weights(model: nn.Module) -> list[Tensor]:
    return [each.detach() for each in model.parameters() if each.dim() == 2]


def _biases(model: nn.Module) -> list[Tensor]:
    return [each.detach() for each in model.parameters() if each.dim() == 1]


def _is_right(said: Tensor, model: nn.Module, strength: float) -> None:
    weights, everything = _weights(model), [each.detach() for each in model.parameters()]
    wanted = float(sum(each.abs().sum() for each in weights))
    value = said.item()
    if abs(value - strength * wanted) < 1e-4 * max(1.0, wanted):
        return
    mistakes = {
        "it is not multiplied by `strength`": wanted,
        "the biases are still in it": strength * _total(everything, Tensor.abs),
        "these are the squares of the weights": strength * _total(weights, Tensor.square),
        "these are the squares of all weights and biases": strength * _total(everything, Tensor.square),
        "it takes the weights with their signs, so that they cancel": strength * float(sum(w.sum() for w in weights)),
        "it takes the mean of each layer, so that a wide layer counts no more than a narrow one": strength
        * float(sum(w.abs().mean() for w in weights)),
        "it counts the biases and not the weights": strength * _total(_biases(model), Tensor.abs),
        "it counts the first layer alone": strength * _total(weights[:1], Tensor.abs),
    }
    why = next((text for text, number in mistakes.items() if abs(value - number) < 1e-4 * max(1.0, wanted)), None)
    head = f"With strength {strength} the penalty is {value:.4g}; it should be {strength * wanted:.4g}"
    raise Wrong(f"{head}: {why}." if why else f"{head}, strength times the sum of all |w|.")


def _total(tensors: list[Tensor], of: Any) -> float:
    return float(sum(of(each).sum() for each in tensors))


def _pulls(said: Tensor, model: nn.Module, strength: float) -> None:
    if not said.requires_grad:
        raise Wrong("No gradient comes through the penalty, so it would change no weight: what cuts it off?")
    said.backward()
    for name, parameter in model.named_parameters():
        if parameter.dim() == 2:
            wanted = strength * parameter.detach().sign()
            if parameter.grad is None or not torch.allclose(parameter.grad, wanted):
                raise Wrong(f"The slope at `{name}` should be {strength} or -{strength}, by the sign of each weight.")
