"""What is known of a loop when its recording begins: machine, versions, model, optimizer. Watches nothing."""

from __future__ import annotations

import math
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.optim import Optimizer

MOST_LAYERS = 1000


def versions() -> dict[str, str]:
    """What has to be the same for numbers to repeat bit for bit."""
    return {"python": platform.python_version(), **{name: _version(name) for name in ("loopscope", "torch", "numpy")}}


def machine() -> dict[str, Any]:
    """The machine, as far as numbers depend on it."""
    facts: dict[str, Any] = {
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count() or 1,
        "torch_threads": torch.get_num_threads(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
    }
    # an idle CUDA is not asked: that would start it
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        facts["cuda_device"] = torch.cuda.get_device_name()
    return facts


def model_facts(model: nn.Module) -> dict[str, Any]:
    """Class, number of parameters in all, trained ones, and of each layer that has its own."""
    bare = _inside_wrappers(model)
    layers = {
        _clean(name) or "model": count
        for name, module in bare.named_modules()
        if (count := _count(list(module.parameters(recurse=False))))
    }
    parameters = list(bare.parameters())
    return {
        "class": type(bare).__name__,
        "parameters": _count(parameters),
        "trained_parameters": _count([parameter for parameter in parameters if parameter.requires_grad]),
        "layers": dict(list(layers.items())[:MOST_LAYERS]),
        "device": str(parameters[0].device) if parameters else "cpu",
    }


def optimizer_facts(optimizer: Optimizer) -> dict[str, Any]:
    """Class and settings of an optimizer, each parameter group's where they differ from the first one's."""
    groups = [_settings(group) for group in optimizer.param_groups]
    first = groups[0] if groups else {}
    differing = [{k: v for k, v in group.items() if first.get(k) != v} for group in groups[1:]]
    return {"class": type(optimizer).__name__, "settings": first, "other_groups": differing}


def described(optimizer: Optimizer) -> str:
    """An optimizer in a few words: `Adam(lr=0.01)`."""
    return f"{type(optimizer).__name__}(lr={rate_of(optimizer):g})"


def rate_of(optimizer: Optimizer) -> float:
    """The learning rate of the first parameter group; NaN where there is none."""
    groups = optimizer.param_groups
    return float(groups[0]["lr"]) if groups and "lr" in groups[0] else math.nan


def _settings(group: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in group.items() if key != "params"}


def _plain(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.item() if value.numel() == 1 else f"tensor of shape {tuple(value.shape)}"
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _inside_wrappers(model: nn.Module) -> nn.Module:
    parts = model._modules
    inner = parts.get("_orig_mod") or (parts.get("module") if len(parts) == 1 else None)
    return model if inner is None else _inside_wrappers(inner)


def _clean(name: str) -> str:
    return name.replace("_orig_mod.", "")


def _count(parameters: list[nn.Parameter]) -> int:
    return sum(parameter.numel() for parameter in parameters if not is_lazy(parameter))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
