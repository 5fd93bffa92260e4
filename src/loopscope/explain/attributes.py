"""What a module holds: submodules, parameters and buffers that it registered, and those it holds without.

Never calls a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from .untouched import INTERNAL

_DEEP = 3  # lists in lists in lists; nobody hides a layer deeper


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A module of a model: `path` as in named_modules ("" is the model itself); unregistered where in a plain list."""

    path: str
    module: nn.Module
    registered: bool = True

    @property
    def kind(self) -> str:
        return type(self.module).__name__


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something held as an attribute. `kind` is submodule, parameter, buffer, or what is held unregistered."""

    owner: str
    name: str
    kind: str
    what: str

    @property
    def path(self) -> str:
        return f"{self.owner}.{self.name}" if self.owner else self.name


@dataclass(frozen=True, slots=True)
class Held:
    """Something found in an attribute that is not registered."""

    owner: str
    name: str  # as code would write it: layers[0]
    attribute: str  # the attribute it was found in: layers
    container: str  # list, dict, tuple …, "" where it is the attribute itself
    value: Tensor | nn.Module


def parts_of(model: nn.Module) -> list[Part]:
    """Every module of the model, each once: registered ones first, then those held in plain lists and maps."""
    parts = [Part(path, module) for path, module in model.named_modules()]
    known = {id(part.module) for part in parts}
    for part in parts:  # grows while it is walked: an unregistered module may hold others
        for held in unregistered(part.path, part.module, known):
            if isinstance(held.value, nn.Module):
                root = f"{held.owner}.{held.name}" if held.owner else held.name
                for path, module in held.value.named_modules():
                    if id(module) not in known:
                        known.add(id(module))
                        parts.append(Part(f"{root}.{path}" if path else root, module, registered=False))
    return parts


def registered(part: Part) -> list[Attribute]:
    """Submodules, parameters and buffers that a module registered, in the order it did."""
    module = part.module
    found = [Attribute(part.path, name, "submodule", _kind_of(inner)) for name, inner in module.named_children()]
    for kind, named in (("parameter", module._parameters), ("buffer", module._buffers)):
        found += [
            Attribute(part.path, name, kind, f"{list(tensor.shape)}")
            for name, tensor in named.items()
            if tensor is not None
        ]
    return found


def unregistered(path: str, module: nn.Module, known: set[int]) -> Iterator[Held]:
    """Modules and tensors in plain attributes of a module, without modules that are registered elsewhere (`known`)."""
    for name, value in vars(module).items():
        if name in INTERNAL:
            continue
        for where, container, found in _held_in(value, name, "", _DEEP):
            if not (isinstance(found, nn.Module) and id(found) in known):
                yield Held(path, where, name, container, found)


def _held_in(value: Any, name: str, container: str, deep: int) -> Iterator[tuple[str, str, Tensor | nn.Module]]:
    if isinstance(value, (Tensor, nn.Module)):
        yield name, container, value
    elif deep and isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _held_in(inner, f"{name}[{key!r}]", container or type(value).__name__, deep - 1)
    elif deep and isinstance(value, (list, tuple, set)):
        for index, inner in enumerate(value):
            yield from _held_in(inner, f"{name}[{index}]", container or type(value).__name__, deep - 1)


def _kind_of(module: nn.Module) -> str:
    count = sum(parameter.numel() for parameter in module.parameters())
    return f"{type(module).__name__}, {count:,} parameters" if count else type(module).__name__
