"""What looks forgotten in a model: unregistered layers and tensors, modules never called or called often.

Judges a trace; never calls a model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor, nn

from .attributes import Held, unregistered
from .seen import Call
from .trace import Trace


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth a look: `error` where training or saving will go wrong, `info` where it may be meant."""

    severity: str
    path: str
    text: str
    fix: str = ""


def remarks(trace: Trace) -> Iterator[Remark]:
    """All that is worth a look, unregistered attributes first."""
    known = {id(part.module) for part in trace.parts if part.registered}
    tensors = {id(tensor) for part in trace.parts if part.registered for tensor in _registered_tensors(part.module)}
    for part in trace.parts:
        if part.registered:
            yield from _unregistered_remarks(list(unregistered(part.path, part.module, known)), tensors)
    yield from _call_remarks(trace)


def _registered_tensors(module: nn.Module) -> Iterator[Tensor]:
    yield from module.parameters(recurse=False)
    yield from module.buffers(recurse=False)


def _unregistered_remarks(found: list[Held], tensors: set[int]) -> Iterator[Remark]:
    """One remark an attribute, however many modules its list holds."""
    for name in dict.fromkeys(held.attribute for held in found):
        group = [held for held in found if held.attribute == name]
        path = f"{group[0].owner}.{name}" if group[0].owner else name
        modules = [held for held in group if isinstance(held.value, nn.Module)]
        if modules:
            yield _modules_remark(path, name, modules)
        for held in group:
            if isinstance(held.value, Tensor) and id(held.value) not in tensors:
                yield from _tensor_remark(f"{held.owner}.{held.name}" if held.owner else held.name, held)


def _modules_remark(path: str, name: str, modules: list[Held]) -> Remark:
    count = sum(
        parameter.numel()
        for held in modules
        if isinstance(held.value, nn.Module)
        for parameter in held.value.parameters()
    )
    container = modules[0].container
    instead = "nn.ModuleDict" if container == "dict" else "nn.ModuleList"
    many = "1 module" if len(modules) == 1 else f"{len(modules)} modules"
    lost = f"model.parameters() does not find their {count:,} parameters, so no optimizer trains them."
    text = f"is a plain {container} of {many}: {lost}"
    if not count:
        text = f"is a plain {container} of {many}: .train(), .eval() and .to(device) do not reach them."
    return Remark("error" if count else "info", path, text, f"Write self.{name} = {instead}(…).")


def _tensor_remark(path: str, held: Held) -> Iterator[Remark]:
    tensor = held.value
    assert isinstance(tensor, Tensor)
    if not tensor.is_leaf:
        return  # something computed, kept for later
    shape = list(tensor.shape)
    if isinstance(tensor, nn.Parameter):
        text = (
            f"is a parameter {shape} in a plain {held.container or 'attribute'}: model.parameters() does not find it."
        )
        instead = "nn.ParameterDict" if held.container == "dict" else "nn.ParameterList"
        yield Remark("error", path, text, f"Write self.{held.attribute} = {instead}(…).")
    elif tensor.requires_grad:
        text = f"is a tensor {shape} that asks for a gradient but is no nn.Parameter: no optimizer finds it."
        yield Remark("error", path, text, f"Write self.{held.name} = nn.Parameter(…).")
    else:
        text = f"is a plain tensor {shape}: .to(device) and state_dict() leave it out."
        yield Remark(
            "info", path, text, f'Write self.register_buffer("{held.attribute}", …), where it should move and be saved.'
        )


def _call_remarks(trace: Trace) -> Iterator[Remark]:
    for part in trace.parts:
        made = trace.calls_of(part.module)
        if len(made) > 1 and not _explained_by_parent(made):
            yield Remark(
                "info",
                part.path,
                f"was called {len(made)} times: one set of parameters, gradients of all calls add up.",
            )
        elif not made and part.registered and not _is_container(part.module):
            yield _never_called(part.path, part.module, trace)


def _explained_by_parent(made: list[Call]) -> bool:
    """Called once for each of several calls of the module around it, of which that one's remark tells."""
    parents = [call.parent for call in made]
    modules = {id(parent.part.module) for parent in parents if parent is not None}
    return len(modules) == 1 and len(set(map(id, parents))) == len(made)


def _is_container(module: nn.Module) -> bool:
    """Lists and maps of modules have no forward; it is their members that are called."""
    return isinstance(module, (nn.ModuleList, nn.ModuleDict, nn.ParameterList, nn.ParameterDict))


def _never_called(path: str, module: nn.Module, trace: Trace) -> Remark:
    parameters = list(module.parameters())
    if any(id(parameter) in trace.used for parameter in parameters):
        return Remark(
            "info", path, "was not called, but other code used its parameters directly (hooks on it do not run)."
        )
    if parameters:
        text = "is registered but was never called: its parameters get no gradient from this forward pass."
        return Remark("error", path, text, "Call it in forward, or remove it.")
    return Remark("info", path, "is registered but was never called in this forward pass.")
