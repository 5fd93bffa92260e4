"""Activations by name, as PyTorch's own modules. Knows nothing of where they stand."""

from __future__ import annotations

from torch import nn

from ..experiment import Model

MODULES: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "elu": nn.ELU,
    "softplus": nn.Softplus,
    "identity": nn.Identity,
}


def per_layer(spec: Model) -> tuple[str, ...]:
    """The activation of each hidden layer, one name repeated where only one is given."""
    given = spec.activation
    return given if isinstance(given, tuple) else (given,) * len(spec.hidden)
