"""A single linear layer: linear or logistic regression. Refuses hidden layers."""

from __future__ import annotations

from torch import nn

from ..experiment import Model
from . import init
from .ports import Ports
from .registry import register


def build(spec: Model, ports: Ports) -> nn.Module:
    """logits (batch, outputs) = X (batch, inputs) Wᵀ + b."""
    model = nn.Sequential(nn.Linear(ports.inputs, ports.outputs, bias=spec.bias))
    init.apply(model, spec)
    return model


def code(spec: Model, ports: Ports) -> str:
    bias = "" if spec.bias else ", bias=False"
    lines = [f"model = nn.Sequential(nn.Linear({ports.inputs}, {ports.outputs}{bias}))", init.code(spec)]
    return "\n".join(line for line in lines if line)


register("linear", build=build, code=code)
