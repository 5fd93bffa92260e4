"""Find the model that parameters belong to, and what wraps it. Looks at live objects; knows no optimizer and no run."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterable
from typing import Any, TypeVar

from torch import Tensor, nn

T = TypeVar("T")


def live(kind: type[T]) -> list[T]:
    """Every object of that class that this process holds. Takes some 20 to 70 ms for each 100,000 objects.

    Where other threads run, whoever holds all objects for a moment also holds a tuple that one of them is making, which
    CPython then ends with a `SystemError`, in their code. So there only what refers to one of the classes is taken,
    which every instance does; it takes three times as long.
    """
    alone = len(sys._current_frames()) == 1  # pyright: ignore[reportPrivateUsage]
    things = gc.get_objects() if alone else gc.get_referrers(*_classes(kind))
    # by type and not by isinstance, which would run the properties of somebody's proxy objects
    return [thing for thing in things if issubclass(type(thing), kind)]


def models_of(parameters: Iterable[Tensor]) -> list[nn.Module]:
    """Live modules that hold all the parameters and as few others as possible, outermost first.

    The first is the model as people speak of it; should it turn out that it is never called (a trainer that is
    itself a module), the next is. Where no module holds them all (an optimizer over two models), the outermost that
    hold some stand joined. Empty where none holds any: weights that somebody keeps by hand.
    """
    wanted = {id(parameter) for parameter in parameters}
    held = [(module, ids) for module in live(nn.Module) if (ids := _ids(module)) & wanted]
    whole = [(module, ids) for module, ids in held if wanted <= ids]
    if whole:
        fewest = min(len(ids) for _, ids in whole)
        return sorted((module for module, ids in whole if len(ids) == fewest), key=_count, reverse=True)
    inner = {id(part) for module, _ in held for part in nn.Module.modules(module) if part is not module}
    outermost = [module for module, _ in held if id(module) not in inner]
    return [joined(outermost)] if outermost else []


def wrapped(model: nn.Module) -> nn.Module:
    """What is called in place of `model`: the module of torch.compile or of a parallel wrapper, or itself."""
    for module in live(nn.Module):
        if wraps(module, model):
            return wrapped(module)
    return model


def wraps(outer: nn.Module, model: nn.Module) -> bool:
    """Whether `outer` is torch.compile's, DataParallel's or DistributedDataParallel's module around `model`."""
    parts: dict[str, Any] = vars(outer).get("_modules", {})
    return len(parts) == 1 and (parts.get("_orig_mod") is model or parts.get("module") is model)


def joined(models: list[nn.Module]) -> nn.Module:
    """Several models as one; a single one as it is."""
    return models[0] if len(models) == 1 else nn.ModuleList(models)


def parts_of(model: nn.Module) -> list[nn.Module]:
    """The models that `joined` was given: what is called in a loop."""
    return list(model) if type(model) is nn.ModuleList else [model]


class WeakModel:
    """A model, as long as somebody else holds it; of several that were joined, those that somebody holds."""

    def __init__(self, model: nn.Module | None) -> None:
        self._parts = [weakref.ref(part) for part in parts_of(model)] if model is not None else []

    def __call__(self) -> nn.Module | None:
        parts = [part for known in self._parts if (part := known()) is not None]
        return joined(parts) if parts else None


def _classes(kind: type) -> set[type]:
    """It and all that are derived from it."""
    found, waiting = {kind}, [kind]
    while waiting:
        new = set(type.__subclasses__(waiting.pop())) - found
        found |= new
        waiting += new
    return found


def _ids(module: nn.Module) -> set[int]:
    """Of its parameters; none where it is half built, which is nobody's model yet."""
    try:
        return {id(parameter) for parameter in nn.Module.parameters(module)}
    except Exception:
        return set()


def _count(module: nn.Module) -> int:
    return sum(1 for _ in nn.Module.modules(module))
