"""A multilayer perceptron: linear layers with activations between. Knows nothing of data or loss."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor, nn

from ..experiment import Model
from . import init
from .activations import MODULES, per_layer
from .ports import Ports
from .registry import register


class Residual(nn.Module):
    """A block whose input is added to its output, so that a gradient has a straight way back."""

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        self.block = block

    def forward(self, x: Tensor) -> Tensor:
        return x + self.block(x)  # (batch, width)


def build(spec: Model, ports: Ports) -> nn.Module:
    """Hidden layers of `spec.hidden` units, then one linear layer: (batch, inputs) → (batch, outputs)."""
    layers: list[nn.Module] = []
    for width, wide, name in _hidden(spec, ports):
        block = nn.Sequential(*_block(spec, width, wide, name))
        if spec.residual and width == wide:
            layers.append(Residual(block))
        else:
            layers.extend(block)
    layers.append(nn.Linear((ports.inputs, *spec.hidden)[-1], ports.outputs, bias=spec.bias))
    model = nn.Sequential(*layers)
    init.apply(model, spec)
    return model


def _hidden(spec: Model, ports: Ports) -> Iterator[tuple[int, int, str]]:
    """(units in, units out, activation) of each hidden layer."""
    widths = pairwise((ports.inputs, *spec.hidden))
    for (width, wide), name in zip(widths, per_layer(spec), strict=True):
        yield width, wide, name


def _block(spec: Model, width: int, wide: int, activation: str) -> Iterator[nn.Module]:
    yield nn.Linear(width, wide, bias=spec.bias)
    if spec.norm == "batch":
        yield nn.BatchNorm1d(wide)
    if spec.norm == "layer":
        yield nn.LayerNorm(wide)
    if activation != "identity":
        yield MODULES[activation]()
    if spec.dropout:
        yield nn.Dropout(spec.dropout)


def code(spec: Model, ports: Ports) -> str:
    """The lines of `build`, spelled out layer by layer."""
    with torch.device("meta"):  # layers made only to be spelled must not draw from the global generator
        return _code(spec, ports)


def _code(spec: Model, ports: Ports) -> str:
    lines: list[str] = []
    for width, wide, name in _hidden(spec, ports):
        block = [_spelled(module) for module in _block(spec, width, wide, name)]
        if spec.residual and width == wide:
            lines.append(f"    Residual(nn.Sequential({', '.join(block)})),")
        else:
            lines.extend(f"    {part}," for part in block)
    lines.append(f"    {_spelled(nn.Linear((ports.inputs, *spec.hidden)[-1], ports.outputs, bias=spec.bias))},")
    model = "\n".join(["model = nn.Sequential(", *lines, ")"])
    residual = [inspect.getsource(Residual), ""] if "Residual(" in model else []
    return "\n".join(part for part in (*residual, model, init.code(spec)) if part)


def _spelled(module: nn.Module) -> str:
    """A layer as one types it: nn.Linear(2, 8), nn.ReLU()."""
    match module:
        case nn.Linear():
            bias = "" if module.bias is not None else ", bias=False"
            return f"nn.Linear({module.in_features}, {module.out_features}{bias})"
        case nn.BatchNorm1d():
            return f"nn.BatchNorm1d({module.num_features})"
        case nn.LayerNorm():
            return f"nn.LayerNorm({module.normalized_shape[0]})"
        case nn.Dropout():
            return f"nn.Dropout({module.p!r})"
        case _:
            return f"nn.{type(module).__name__}()"


register("mlp", build=build, code=code)
