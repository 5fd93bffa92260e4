"""Names of a model's parameters and layers, with wrappers taken off. Never calls the model."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import torch
from torch import Tensor, nn
from torch.nn.parallel import DataParallel, DistributedDataParallel
from torch.nn.parameter import is_lazy
from torch.nn.utils.parametrize import is_parametrized

COMPILED = "_orig_mod"


def bare(model: nn.Module) -> nn.Module:
    """The model inside the wrappers of `torch.compile`, DataParallel and DistributedDataParallel."""
    while True:
        parts = model._modules
        inner = parts[COMPILED] if COMPILED in parts else None  # noqa: SIM401 - a scripted model's parts have no get
        if inner is None and isinstance(model, (DataParallel, DistributedDataParallel)):
            inner = model.module
        if inner is None:
            return model
        model = inner


def parameters(model: nn.Module) -> Iterator[tuple[str, nn.Parameter]]:
    """Name and tensor of each parameter that has its shape by now; a shared one once, under its first name."""
    for name, parameter in bare(model).named_parameters():
        if not is_lazy(parameter):
            yield clean(name), parameter


def gradients(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Name and gradient of each parameter that has one."""
    for name, parameter in parameters(model):
        if parameter.grad is not None:
            yield name, parameter.grad


def layers(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Name and module of each layer: a module without parts of its own, or an attention, whose parts are not called.

    What `torch.nn.utils.parametrize` adds to a module counts as none of its parts.
    """
    passed_over: tuple[str, ...] = ()
    for name, module in bare(model).named_modules():
        if passed_over and name.startswith(passed_over):
            continue
        inside = f"{name}." if name else ""
        if isinstance(module, nn.MultiheadAttention):
            passed_over += (inside,)
        elif is_parametrized(module):
            passed_over += (f"{inside}parametrizations",)
        elif any(True for _ in module.children()):
            continue
        yield clean(name) or "model", module


def clean(name: str) -> str:
    """A name as the author of the model wrote it, without what `torch.compile` puts in front."""
    return ".".join(part for part in name.split(".") if part != COMPILED) if COMPILED in name else name


def device_of(model: nn.Module) -> torch.device:
    """Where its first parameter or buffer lives; the CPU where it has none."""
    first = next(chain(model.parameters(), model.buffers()), None)
    return torch.device("cpu") if first is None else first.device
