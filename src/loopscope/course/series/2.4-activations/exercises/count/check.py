"""Judge the counts on networks whose dead units are known, because they were killed on purpose."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from loopscope.course.exercises import Work, Wrong, expect

ROWS = 50


def check(work: Work) -> None:
    for widths, killed in (([12], [3]), ([12], [0]), ([12], [12]), ([9, 7], [2, 4])):
        model, X = _network(widths, killed)
        found = work.call("dead_units", model, X)
        expect.a(list, found, "dead_units(model, X)")
        if len(found) != len(widths):
            raise Wrong(f"The network has {len(widths)} ReLUs, and `dead_units` returns {len(found)} numbers.")
        _right(found, model, X)


def _network(widths: list[int], killed: list[int]) -> tuple[nn.Sequential, Tensor]:
    """Layers of these widths; as many units of each never wake, all others wake for some rows and rest for some."""
    generator = torch.Generator().manual_seed(sum(widths) + sum(killed))
    X = torch.randn(ROWS, 2, generator=generator)
    layers: list[nn.Module] = []
    out = X
    with torch.no_grad():
        for width, dead in zip(widths, killed, strict=True):
            layer = nn.Linear(out.shape[1], width)
            layer.weight.copy_(torch.randn(width, out.shape[1], generator=generator))
            layer.bias.zero_()
            z = layer(out)
            layer.bias.copy_(-z.mean(dim=0))
            layer.bias[width - dead :] = -100.0
            layers += [layer, nn.ReLU()]
            out = layers[-1](layer(out))
    return nn.Sequential(*layers, nn.Linear(out.shape[1], 1)), X


def _right(found: list[int], model: nn.Sequential, X: Tensor) -> None:
    with torch.no_grad():
        outs = [model[: k + 1](X) for k, layer in enumerate(model) if isinstance(layer, nn.ReLU)]
    for number, (yours, out) in enumerate(zip(found, outs, strict=True), 1):
        off = out == 0
        right = int(off.all(dim=0).sum())
        if yours == right:
            continue
        units = out.shape[1]
        head = f"ReLU {number} has {right} dead units of {units}, and `dead_units` says {yours}"
        mistakes = {  # where two give the same number, the later is likelier
            int(off[:1].sum()): "these are the ones that are off for the first row alone",
            int(off.sum()): "these are single zeros, not units",
            int(off.any(dim=0).sum()): "these are also units that are off for only some of the rows",
            int(off.all(dim=1).sum()): "these are rows for which no unit is awake: look along the other dimension",
            units - right: "these are the living ones",
        }
        raise Wrong(f"{head}: {mistakes.get(yours, 'a unit is a column, and dead if all of its rows are 0')}.")
