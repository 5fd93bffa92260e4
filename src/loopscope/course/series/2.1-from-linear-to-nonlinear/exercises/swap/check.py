"""Judge that the activation is the one asked for, stands between the layers, and that both networks were trained."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from loopscope.course.exercises import Work, Wrong, expect

MERE_CHANCE = 0.7
"""Any training, on any seed, gets far beyond: a straight line alone reaches 0.85."""


def check(work: Work) -> None:
    for activation in (nn.Tanh, nn.Sigmoid, nn.GELU):
        _obeys(work.call("build", activation), activation, f"build(nn.{activation.__name__})")
    for name, activation in (("with_tanh", nn.Tanh), ("with_sigmoid", nn.Sigmoid)):
        model = getattr(work.module, name)
        _obeys(model, activation, name)
        _was_trained(model, work.module.X, work.module.y, name)
    expect.weights_change(work.trace)


def _obeys(model: Any, activation: type[nn.Module], name: str) -> None:
    expect.a(nn.Module, model, name)
    if activation is not nn.ReLU:
        expect.lacks_layer(model, nn.ReLU, name)
    expect.has_layer(model, activation, name)
    expect.has_layer(model, nn.Linear, name, count=2)
    expect.has_layer(model, activation, name, count=1)
    order = _order(model)
    if [kind.__name__ for kind in order] != ["Linear", activation.__name__, "Linear"]:
        called = " → ".join(kind.__name__ for kind in order)
        raise Wrong(f"In `{name}` the activation should stand between the two linear layers; it runs {called}.")


def _order(model: nn.Module) -> list[type[nn.Module]]:
    """The classes of the parts, in the order in which they are called."""
    called: list[type[nn.Module]] = []
    parts = [part for part in model.modules() if not list(part.children())]
    hooks = [part.register_forward_hook(lambda part, *_: called.append(type(part))) for part in parts]
    with torch.no_grad():
        model(torch.zeros(3, 2))
    for hook in hooks:
        hook.remove()
    return called


def _was_trained(model: nn.Module, X: torch.Tensor, y: torch.Tensor, name: str) -> None:
    with torch.no_grad():
        right = ((model(X) > 0) == (y == 1)).float().mean().item()
    if right < MERE_CHANCE:
        raise Wrong(
            f"`{name}` gets {right:.2f} of the points right, which is no better than its first weights: "
            f"is it trained? Call `train({name})`.",
            yours=_picture(model, X, y),
        )


def _picture(model: nn.Module, X: torch.Tensor, y: torch.Tensor) -> Any:
    from matplotlib.figure import Figure

    axes = Figure(figsize=(4, 3)).subplots()
    x1, x2 = torch.meshgrid(torch.linspace(-1.6, 2.6, 80), torch.linspace(-1.2, 1.8, 60), indexing="xy")
    with torch.no_grad():
        said = torch.sigmoid(model(torch.stack([x1.flatten(), x2.flatten()], dim=1))).reshape(x1.shape)
    axes.contourf(x1, x2, said, levels=[0, 0.5, 1], colors=["#F3D3B9", "#BDD0E6"])
    axes.scatter(X[:, 0], X[:, 1], s=5, c=["#2C6FBB" if label else "#E07B28" for label in y.squeeze(1).tolist()])
    axes.set(xlabel="x₁", ylabel="x₂")
    return axes.figure
