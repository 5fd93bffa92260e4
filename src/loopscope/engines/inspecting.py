"""All there is to say of one weight: value, gradient, last update, optimizer buffers, its formula. Changes none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import mistake, unknown
from .job import Job


@dataclass(frozen=True, slots=True)
class Inspected:
    """One weight after `step` steps. `gradient` and `update` are the last step's (None before the first one).

    `buffers` are the optimizer's own, under torch's names; `formula` says in the field's words what the weight does.
    """

    tensor: str
    index: tuple[int, ...]
    name: str
    value: float
    gradient: float | None
    update: float | None
    buffers: dict[str, float]
    formula: str
    step: int


def parameter_at(model: nn.Module, tensor: str, index: Sequence[int]) -> tuple[nn.Parameter, tuple[int, ...]]:
    """The parameter and the position in it. Raises `UserMistake` for a name or a position that the model has not."""
    parameters = dict(model.named_parameters())
    if tensor not in parameters:
        raise unknown("tensor", tensor, parameters)
    found, place = parameters[tensor], tuple(index)
    if len(place) != found.dim() or not all(0 <= i < n for i, n in zip(place, found.shape, strict=True)):
        shape = " × ".join(str(n) for n in found.shape)
        raise mistake("index", list(place), f"a position in {tensor}, which is {shape}", f"Take {[0] * found.dim()}.")
    return found, place


def inspect(job: Job, tensor: str, index: Sequence[int], before: Tensor | None, step: int) -> Inspected:
    """Look at one weight; `before` is its tensor before the last step, None where none was taken."""
    parameter, place = parameter_at(job.model, tensor, index)
    value = parameter[place].item()
    return Inspected(
        tensor=tensor,
        index=place,
        name=name_of(job, tensor, place),
        value=value,
        gradient=None if parameter.grad is None else parameter.grad[place].item(),
        update=None if before is None else parameter[place].item() - before[place].item(),
        buffers=_buffers(job, parameter, place),
        formula=formula_of(job, tensor, place),
        step=step,
    )


def _buffers(job: Job, parameter: nn.Parameter, place: tuple[int, ...]) -> dict[str, float]:
    state: dict[str, Any] = job.optimizer.state.get(parameter, {})
    found: dict[str, float] = {}
    for name, value in state.items():
        if isinstance(value, Tensor) and value.shape == parameter.shape:
            found[name] = float(value[place])
        elif isinstance(value, (int, float)) or (isinstance(value, Tensor) and value.numel() == 1):
            found[name] = float(value)
        elif name == "d" and isinstance(value, Tensor):  # L-BFGS's direction, over all weights in one row
            found["direction"] = float(value[_offset(job, parameter, place)])
    return found


def _offset(job: Job, parameter: nn.Parameter, place: tuple[int, ...]) -> int:
    """Where a weight stands in one row of all that the optimizer was given."""
    start = 0
    for other in job.optimizer.param_groups[0]["params"]:
        if other is parameter:
            break
        start += other.numel()
    inner = 0
    for i, n in zip(place, parameter.shape, strict=True):
        inner = inner * n + i
    assert inner < prod(parameter.shape, start=1)
    return start + inner


def name_of(job: Job, tensor: str, place: tuple[int, ...]) -> str:
    """What the weight is called in words: `weight from x1 to unit 3 of layer 0`."""
    layer, _, kind = tensor.rpartition(".")
    module = job.model.get_submodule(layer)
    if not isinstance(module, nn.Linear):
        unit = f" of unit {place[0] + 1}" if place else ""
        return f"{_KINDS.get((type(module), kind), kind)}{unit} in {_said(job, layer)}"
    target = _target(job, layer, place[0])
    return f"bias of {target}" if kind == "bias" else f"weight from {_source(job, layer, place[1])} to {target}"


def formula_of(job: Job, tensor: str, place: tuple[int, ...]) -> str:
    """The line of arithmetic that the weight stands in."""
    layer, _, kind = tensor.rpartition(".")
    module = job.model.get_submodule(layer)
    match module:
        case nn.Linear():
            after = "" if module.bias is None else " + b"
            here = f"w[{place[0]}, {place[1]}] · {_source(job, layer, place[1])}" if kind == "weight" else "b"
            return f"z = w · x{after} for {_target(job, layer, place[0])}; here {here}{_one_of(module, kind)}"
        case nn.BatchNorm1d():
            return "z = γ · (x − mean of the batch) / √(variance of the batch + ε) + β; here " + _GREEK[kind]
        case nn.LayerNorm():
            return "z = γ · (x − mean of the row) / √(variance of the row + ε) + β; here " + _GREEK[kind]
        case _:
            return f"{kind} of {type(module).__name__}"


_GREEK = {"weight": "γ", "bias": "β"}
_KINDS: dict[tuple[type[nn.Module], str], str] = {
    (nn.BatchNorm1d, "weight"): "scale γ",
    (nn.BatchNorm1d, "bias"): "shift β",
    (nn.LayerNorm, "weight"): "scale γ",
    (nn.LayerNorm, "bias"): "shift β",
}


def _one_of(module: nn.Linear, kind: str) -> str:
    return f", one of {module.in_features} terms" if kind == "weight" and module.in_features > 1 else ""


def _linears(job: Job) -> list[str]:
    return [name for name, module in job.model.named_modules() if isinstance(module, nn.Linear)]


def _source(job: Job, layer: str, unit: int) -> str:
    """What a linear layer's input number `unit` is: a feature by its name, or a unit of the layer before."""
    linears, names = _linears(job), job.dataset.input_names
    before = linears.index(layer) - 1
    if before >= 0:
        return f"unit {unit + 1} of {_said(job, linears[before])}"
    return names[unit] if unit < len(names) else f"input {unit + 1}"


def _target(job: Job, layer: str, unit: int) -> str:
    linears, classes = _linears(job), job.dataset.class_names
    if layer != linears[-1]:
        return f"unit {unit + 1} of {_said(job, layer)}"
    if job.dataset.task == "multiclass" and unit < len(classes):
        return f"the output for {classes[unit]}"
    return "the output" if job.dataset.outputs == 1 else f"output {unit + 1}"


def _said(job: Job, layer: str) -> str:
    linears = _linears(job)
    return f"hidden layer {linears.index(layer) + 1}" if layer in linears[:-1] else f"layer {layer}"


@torch.no_grad()
def set_weight(job: Job, tensor: str, place: tuple[int, ...], value: float) -> None:
    """Put one number into a parameter, in place."""
    dict(job.model.named_parameters())[tensor][place] = value
