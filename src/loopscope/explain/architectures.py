"""Width, depth, shapes and parameter counts of a model, for the reader's own numbers. Runs no forward pass."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from .. import datasets, models
from ..errors import mistake
from ..experiment import Experiment, load
from . import bundle
from .chain_graph import ELEMENTWISE
from .seen import shape_text

if TYPE_CHECKING:
    from ..plots import Picture

ELEMENT = "ls-architecture"
FORMULA = "outputs × inputs + outputs"
"""Parameters of an nn.Linear with bias: a weight for each pair, a bias for each output."""


@dataclass(frozen=True, slots=True)
class LayerDrawn:
    """A module that has parameters of its own, or an activation. `units` is what it gives, None where unknown."""

    path: str
    kind: str
    takes: int | None
    units: int | None
    shapes: tuple[tuple[str, tuple[int, ...]], ...]
    parameters: int
    formula: str


@dataclass(frozen=True, slots=True)
class Architecture:
    """A model's layers as registered. `depth` counts those with weights, norms aside, `hidden` the linear ones' units.

    `plain_mlp` says that there are linear layers and activations only, so that width and depth say all there is.
    """

    model: str
    layers: tuple[LayerDrawn, ...]
    parameters: int
    trainable: int
    plain_mlp: bool

    @property
    def depth(self) -> int:
        return sum(bool(layer.shapes) and "Norm" not in layer.kind for layer in self.layers)

    @property
    def hidden(self) -> tuple[int, ...]:
        """Units of each hidden linear layer."""
        return tuple(layer.units or 0 for layer in self.layers if layer.kind == "Linear")[:-1]

    def plot(self, *, dark: bool = False) -> Picture:
        """Layers as columns of units, with shapes and counts beneath."""
        from ..plots import architecture as drawn
        from ..plots.layer_columns import Drawn

        first = next((layer for layer in self.layers if layer.takes), None)
        columns = [
            Drawn("inputs", first.takes if first else None, "", "", noun=_noun(first.kind, "feature") if first else "")
        ]
        for layer in self.layers:
            if not layer.shapes:
                last = columns.pop()
                columns.append(replace(last, name=f"{last.name} · {layer.kind}"))
            else:
                shape = shape_text(layer.shapes[0][1])
                joined, noun = layer.kind == "Linear", _noun(layer.kind, "unit")
                count = f"{layer.parameters:,}"
                columns.append(Drawn(layer.path or layer.kind, layer.units, shape, count, joined, noun))
        return drawn(columns, total=f"{self.parameters:,} parameters", dark=dark)

    def plain(self) -> dict[str, Any]:
        """As data that JSON can hold."""
        return {
            "model": self.model,
            "layers": [
                {
                    "path": layer.path, "kind": layer.kind, "takes": layer.takes, "units": layer.units,
                    "shapes": [[name, list(shape)] for name, shape in layer.shapes],
                    "parameters": layer.parameters, "formula": layer.formula,
                }
                for layer in self.layers
            ],
            "parameters": self.parameters, "trainable": self.trainable, "depth": self.depth,
            "hidden": list(self.hidden), "plain_mlp": self.plain_mlp, "formula": FORMULA,
        }  # fmt: skip

    def to_text(self, width: int = 80) -> str:
        """A table of layers, and what width and depth are."""
        cells = [_HEAD, *self._cells()]
        widths = [max(len(row[k]) for row in cells) for k in range(len(_HEAD))]
        lines = ["  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in cells]
        lines.insert(1, "─" * min(width, max(map(len, lines))))
        return "\n".join([*lines, "", textwrap.fill(self._sentence(), width)])

    def to_markdown(self) -> str:
        """The same as Markdown."""
        rows = [f"| {' | '.join(row)} |" for row in (_HEAD, *self._cells())]
        rows.insert(1, "|" + "---|" * len(_HEAD))
        return "\n".join(rows) + f"\n\n{self._sentence()}\n"

    def __str__(self) -> str:
        return self.to_text()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return bundle.of_figure(self.to_text(), self.plot(), ELEMENT, self.plain())

    def _cells(self) -> list[tuple[str, ...]]:
        return [
            (
                layer.path, layer.kind, str(layer.units or ""),
                ", ".join(f"{name} {shape_text(shape)}" for name, shape in layer.shapes),
                " = ".join(filter(None, [layer.formula, f"{layer.parameters:,}" if layer.shapes else ""])),
            )
            for layer in self.layers
        ]  # fmt: skip

    def _sentence(self) -> str:
        frozen = self.parameters - self.trainable
        besides = f", {frozen:,} of them frozen" if frozen else ""
        total = f"{self.parameters:,} parameters{besides}."
        if not self.plain_mlp:
            return f"{total} Depth: {self.depth} layers with weights."
        if not self.hidden:
            return f"{total} No hidden layer: depth {self.depth}."
        widths = " and ".join(map(str, self.hidden)) if len(self.hidden) < 3 else ", ".join(map(str, self.hidden))
        many = "1 hidden layer" if len(self.hidden) == 1 else f"{len(self.hidden)} hidden layers"
        return f"{total} Depth: {self.depth} layers with weights, {many}. Width (hidden dimension): {widths} units."


_HEAD = ("Layer", "Kind", "Units", "Tensors", "Parameters")


def architecture(model: nn.Module | Experiment | str) -> Architecture:
    """Layers, shapes and parameter counts of a model, or of the model that an experiment (or preset's name) asks for.

    Of an experiment the layers are made on PyTorch's meta device, so that the largest cost nothing. A layer that is
    shared is listed once. Raises `UserMistake` for what is neither.
    """
    asked = load(model) if isinstance(model, str) else model
    found = _built(asked) if isinstance(asked, Experiment) else asked
    found = getattr(found, "_orig_mod", found)  # of torch.compile
    if not isinstance(found, nn.Module):
        raise mistake("model", model, "an nn.Module, an experiment or a preset's name", 'Try "moons-mlp".')
    layers = tuple(_layer(path, module) for path, module in found.named_modules() if _shown(module))
    counted = {id(each): each for each in found.parameters()}.values()
    total = sum(each.numel() for each in counted)
    trainable = sum(each.numel() for each in counted if each.requires_grad)
    return Architecture(type(found).__name__, layers, total, trainable, _is_plain(layers))


def _is_plain(layers: tuple[LayerDrawn, ...]) -> bool:
    """Whether there are linear layers alone, each as wide as the next one takes, and activations."""
    weighted = [layer for layer in layers if layer.shapes]
    fits = all(one.units == other.takes for one, other in pairwise(weighted))
    return bool(weighted) and fits and all(layer.kind == "Linear" for layer in weighted)


def _built(experiment: Experiment) -> nn.Module:
    data = datasets.load(experiment.data, experiment.seed.data)
    fitting = models.Ports(
        inputs=data.train.inputs.shape[1],
        outputs=data.outputs,
        image=data.image,
        vocabulary=len(data.vocabulary),
        context=data.train.inputs.shape[1] if data.task == "next-character" else 0,
    )
    with torch.device("meta"):
        return models.build(experiment.model, fitting)


def _shown(module: nn.Module) -> bool:
    own = any(True for _ in module.parameters(recurse=False))
    return own or isinstance(module, (*ELEMENTWISE, nn.Softmax, nn.LogSoftmax))


def _layer(path: str, module: nn.Module) -> LayerDrawn:
    shapes = tuple((name, tuple(each.shape)) for name, each in module.named_parameters(recurse=False))
    count = sum(each.numel() for each in module.parameters(recurse=False))
    takes, units = (
        _first(module, "in_features", "in_channels"),
        _first(module, "out_features", "out_channels", "num_features", "embedding_dim", "hidden_size"),
    )
    formula = ""
    if isinstance(module, nn.Linear):
        formula = f"{units} × {takes}" + (f" + {units}" if module.bias is not None else "")
    return LayerDrawn(path, type(module).__name__, takes, units, shapes, count, formula)


def _noun(kind: str, usual: str) -> str:
    return "channel" if kind.startswith("Conv") or kind.endswith(("Norm2d", "Norm3d")) else usual


def _first(module: nn.Module, *names: str) -> int | None:
    found = (getattr(module, name, None) for name in names)
    return next((each for each in found if isinstance(each, int)), None)
