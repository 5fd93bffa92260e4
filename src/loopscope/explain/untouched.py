"""To look changes nothing: what a forward pass may move is put back as it was. Knows nothing of what is looked at."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

INTERNAL = frozenset(vars(nn.Module()))
"""Attributes that every module has; all others are its author's."""


@contextmanager
def untouched(modules: Sequence[nn.Module], *inputs: Any) -> Iterator[None]:
    """Afterwards parameters, buffers, gradients, modes and random states of these modules are as before.

    `inputs` holds tensors (nested in lists and maps) that in-place code might change; they are put back too. Costs
    a copy of all of these while it lasts: a forward pass may change any of them, and no version counter tells of
    changes made through `.data`.
    """
    modules = [inner for module in modules for inner in module.modules()]
    with ExitStack() as after:
        after.callback(_put_back_random, random.getstate(), np.random.get_state(), _device_states(modules))
        for module in dict.fromkeys(modules):
            after.callback(_put_back_module, module, _state_of(module))
        for tensor in {id(tensor): tensor for tensor in tensors_in(inputs)}.values():
            after.callback(_put_back_tensor, tensor, _copy(tensor), _grad_of(tensor))
        yield


def tensors_in(value: Any) -> list[Tensor]:
    """All tensors in nested tuples, lists, maps and objects that list their fields (model outputs), in order."""
    return [tensor for _, tensor in named_tensors(value)]


def named_tensors(value: Any, name: str = "") -> Iterator[tuple[str, Tensor]]:
    """Each tensor with where it stands: `""` for one alone, `[0]`, `["logits"]`, `.hidden` for nested ones."""
    if isinstance(value, Tensor):
        yield name, value
        return
    for place, part in _parts(value):
        yield from named_tensors(part, name + place)


def _parts(value: Any) -> list[tuple[str, Any]]:
    """What is inside a value that holds others, each with how code would reach it."""
    if isinstance(value, Mapping):
        return [(f"[{key!r}]", part) for key, part in value.items()]
    if isinstance(value, (list, tuple)):
        fields = getattr(value, "_fields", None)  # a named tuple's
        return [(f".{fields[index]}" if fields else f"[{index}]", part) for index, part in enumerate(value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [(f".{field.name}", getattr(value, field.name, None)) for field in dataclasses.fields(value)]
    return []


def _state_of(module: nn.Module) -> dict[str, Any]:
    """References, so that a tensor that was exchanged comes back, and copies, so that its values do."""
    plain = {name: value for name, value in vars(module).items() if name not in INTERNAL}
    held = [*module._parameters.values(), *module._buffers.values(), *plain.values()]
    return {
        "plain": {name: (value, _contents(value)) for name, value in plain.items()},
        "training": module.training,
        "parameters": dict(module._parameters),
        "buffers": dict(module._buffers),
        "copies": [(tensor, _copy(tensor), _grad_of(tensor)) for tensor in held if isinstance(tensor, Tensor)],
    }


def _put_back_module(module: nn.Module, state: dict[str, Any]) -> None:
    module.training = state["training"]
    for registry, before in ((module._parameters, state["parameters"]), (module._buffers, state["buffers"])):
        if dict(registry) != before or any(registry[name] is not before[name] for name in before):
            registry.clear()
            registry.update(before)
    _put_back_plain(module, state["plain"])
    for tensor, copy, grad in state["copies"]:
        _put_back_tensor(tensor, copy, grad)


def _contents(value: Any) -> Any:
    """A copy of a plain list or map, to which a forward pass might add; None for anything else."""
    return value.copy() if type(value) in (list, dict) else None


def _put_back_plain(module: nn.Module, before: dict[str, tuple[Any, Any]]) -> None:
    """Attributes such as a counter, or a hidden state kept between calls."""
    own = vars(module)
    for name in [name for name in own if name not in INTERNAL and name not in before]:
        del own[name]
    for name, (value, contents) in before.items():
        own[name] = value
        if type(value) is list:
            value[:] = contents
        elif type(value) is dict:
            value.clear()
            value.update(contents)


def _copy(tensor: Tensor) -> Tensor:
    return tensor.detach().clone()


def _grad_of(tensor: Tensor) -> tuple[Tensor | None, Tensor | None]:
    """The gradient itself and a copy of its values."""
    grad = tensor.grad if tensor.is_leaf else None
    return grad, None if grad is None else _copy(grad)


@torch.no_grad()
def _put_back_tensor(tensor: Tensor, copy: Tensor, grad: tuple[Tensor | None, Tensor | None]) -> None:
    if not _same(tensor, copy):  # left alone where nothing moved: writing would raise autograd's version counter
        tensor.data.copy_(copy)
    if not tensor.is_leaf:
        return
    before, values = grad
    if tensor.grad is not before:
        tensor.grad = before
    if before is not None and values is not None and not _same(before, values):
        before.data.copy_(values)


def _same(one: Tensor, other: Tensor) -> bool:
    """Equal bit for bit, NaN included."""
    if one.is_floating_point() and not one.is_sparse:
        known = torch.equal(one.detach().nan_to_num(nan=0.5), other.nan_to_num(nan=0.5))
        return known and torch.equal(one.isnan(), other.isnan())
    return torch.equal(one.detach(), other)


def _device_states(modules: Sequence[nn.Module]) -> dict[int | None, Tensor]:
    """State of torch's CPU generator (None) and of those of the CUDA devices in use."""
    tensors = [tensor for module in modules for tensor in module.parameters(recurse=False)]
    used = {tensor.device.index or 0 for tensor in tensors if tensor.is_cuda}
    return {None: torch.get_rng_state(), **{index: torch.cuda.get_rng_state(index) for index in used}}


def _put_back_random(python: Any, numpy: Any, devices: dict[int | None, Tensor]) -> None:
    random.setstate(python)
    np.random.set_state(numpy)
    for index, state in devices.items():
        torch.set_rng_state(state) if index is None else torch.cuda.set_rng_state(state, index)
