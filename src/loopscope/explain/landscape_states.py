"""States of a model, however they come (module, state_dict, vector), as vectors of numbers. Calls no model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from ..errors import mistake
from .landscape_loss import Weights, named_tensors

State: TypeAlias = Any
"""A module of the same kind, its `state_dict()`, or a vector of all its parameters (torch or NumPy) in their order."""


class Layout:
    """Which tensors of a model one vector holds, in which order and shape.

    The vector is of the widest of their types and on the first one's device.
    """

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self.like = dict(tensors)
        self.sizes = [each.numel() for each in self.like.values()]
        self.dtype = torch.float32 if not self.like else next(iter(self.like.values())).dtype
        for each in self.like.values():
            self.dtype = torch.promote_types(self.dtype, each.dtype)
        self.device = next(iter(self.like.values())).device

    @property
    def size(self) -> int:
        return sum(self.sizes)

    @property
    def uniform(self) -> bool:
        """Whether all are of one type on one device, so that `shaped` gives views of the vector itself."""
        return all(each.dtype == self.dtype and each.device == self.device for each in self.like.values())

    def flat(self, weights: Mapping[str, Tensor]) -> Tensor:
        """These tensors, and no others of `weights`, as one vector (weights,)."""
        return torch.cat([weights[name].detach().to(self.device, self.dtype).flatten() for name in self.like])

    def shaped(self, vectors: Tensor) -> Weights:
        """Vectors (n, weights) as tensors (n, *shape), views where type and device are the same."""
        parts = vectors.split(self.sizes, dim=1)
        pairs = zip(parts, self.like.items(), strict=True)
        return {name: part.view(len(vectors), *like.shape).to(like) for part, (name, like) in pairs}


def read(model: nn.Module, state: State, field: str) -> Weights:
    """A state's tensors under the model's names. Raises `UserMistake`, naming `field`, where it is not the model's."""
    own = named_tensors(model)
    if isinstance(state, nn.Module):
        return _matched(own, named_tensors(state), field)
    if isinstance(state, Mapping):
        return _matched(own, state, field)
    return _split(dict(model.named_parameters()), state, field)


def _matched(own: Weights, given: Mapping[str, Any], field: str) -> Weights:
    for name, tensor in own.items():
        if name not in given:
            raise mistake(field, f"a state without {name}", "a state of this very model", "Try model.state_dict().")
        shape = list(getattr(given[name], "shape", ()))
        if shape != list(tensor.shape):
            raise mistake(f"{field}[{name!r}]", shape, f"the model's own shape {list(tensor.shape)}")
    return _finite({name: torch.as_tensor(given[name]).detach() for name in own}, field)


def _split(own: Mapping[str, Tensor], vector: Any, field: str) -> Weights:
    allowed = f"a module, a state_dict, or a vector of the model's {sum(t.numel() for t in own.values()):,} parameters"
    hint = "Try torch.nn.utils.parameters_to_vector(model.parameters())."
    try:
        numbers = torch.as_tensor(vector).detach().flatten()
    except (TypeError, ValueError, RuntimeError):
        raise mistake(field, type(vector).__name__, allowed, hint) from None
    if numbers.numel() != sum(tensor.numel() for tensor in own.values()):
        raise mistake(field, f"{numbers.numel():,} numbers", allowed, hint)
    parts = numbers.split([tensor.numel() for tensor in own.values()])
    shaped = {name: part.reshape(like.shape) for part, (name, like) in zip(parts, own.items(), strict=True)}
    return _finite(shaped, field)


def _finite(weights: Weights, field: str) -> Weights:
    for name, tensor in weights.items():
        if tensor.is_floating_point() and not bool(tensor.isfinite().all()):
            raise mistake(f"{field}[{name!r}]", "not finite", "finite numbers", "Take a state from before it diverged.")
    return weights


def read_all(model: nn.Module, states: Any, field: str) -> list[Weights]:
    """Each state of a sequence, or each row of a matrix (states, parameters)."""
    if isinstance(states, (Mapping, str, nn.Module)) or not hasattr(states, "__len__"):
        raise mistake(field, type(states).__name__, "a list of states", "Keep one every few steps of training.")
    return [read(model, state, f"{field}[{number}]") for number, state in enumerate(states)]
