"""How weights start: PyTorch's own `nn.init`, by name. Knows nothing of which layers a model has."""

from __future__ import annotations

from torch import nn

from ..experiment import Model

CALLS: dict[str, str] = {
    "zeros": "nn.init.zeros_(layer.weight)",
    "ones": "nn.init.ones_(layer.weight)",
    "uniform": "nn.init.uniform_(layer.weight, -1.0, 1.0)",
    "normal": "nn.init.normal_(layer.weight)",
    "xavier_uniform": "nn.init.xavier_uniform_(layer.weight)",
    "xavier_normal": "nn.init.xavier_normal_(layer.weight)",
    "kaiming_uniform": 'nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")',
    "kaiming_normal": 'nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")',
    "orthogonal": "nn.init.orthogonal_(layer.weight)",
}
"""The line of a script for each scheme; `apply` makes the same call, and a test holds the two together."""


def apply(model: nn.Module, spec: Model) -> None:
    """Draw all linear weights anew by `spec.init`, set their biases to zero, then multiply weights by `spec.init_gain`.

    "default" keeps what `nn.Linear` drew when it was built (Kaiming uniform with a = √5, bias likewise bounded).
    """
    layers = [module for module in model.modules() if isinstance(module, nn.Linear)]
    if spec.init != "default":
        for layer in layers:
            _draw(layer, spec.init)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    if spec.init_gain != 1.0:
        for layer in layers:
            layer.weight.data.mul_(spec.init_gain)


def _draw(layer: nn.Linear, scheme: str) -> None:
    match scheme:
        case "uniform":
            nn.init.uniform_(layer.weight, -1.0, 1.0)
        case "kaiming_uniform" | "kaiming_normal":
            getattr(nn.init, f"{scheme}_")(layer.weight, nonlinearity="relu")
        case _:
            getattr(nn.init, f"{scheme}_")(layer.weight)


def code(spec: Model) -> str:
    """The same as plain lines over `model`; empty where there is nothing to do."""
    lines: list[str] = []
    if spec.init != "default":
        lines += [f"        {CALLS[spec.init]}"]
        lines += ["        nn.init.zeros_(layer.bias)"] if spec.bias else []
    if spec.init_gain != 1.0:
        lines += [f"        layer.weight.data.mul_({spec.init_gain!r})  # start from other magnitudes"]
    if not lines:
        return ""
    head = ["for layer in model.modules():", "    if isinstance(layer, nn.Linear):"]
    return "\n".join([*head, *lines])
