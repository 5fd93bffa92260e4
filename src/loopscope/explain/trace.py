"""One forward pass, watched: every module call with its shapes and caller, every value with what made it.

Knows no symbols and no words for a reader; leaves no hook behind.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from ..errors import UserMistake, mistake
from .attributes import Part, parts_of
from .failure import explained
from .seen import Call, Line, Shape, Value
from .untouched import named_tensors, tensors_in, untouched

_MODULE_CODE = nn.Module.__call__.__code__.co_filename


@dataclass(slots=True)
class Trace:
    """All that was seen. `result` is what the model returned, `used` the ids of parameters that any function took."""

    model: nn.Module
    parts: list[Part]
    calls: list[Call]
    inputs: list[tuple[str, Value]]
    outputs: list[tuple[str, Value]]
    result: Any
    used: set[int]

    def calls_of(self, module: nn.Module) -> list[Call]:
        """The calls of one module, in order."""
        return [call for call in self.calls if call.part.module is module]


def run(model: nn.Module, batch: Any, then: Callable[[Trace], None] | None = None, also: Sequence[Any] = ()) -> Trace:
    """Call `model` on `batch` once and watch. A tuple or list is handed over as arguments, a map by name.

    `then` runs on the trace while everything is still to be put back, `also` (modules, tensors) included: for a
    criterion. Parameters, buffers,
    gradients, modes and random states are as before afterwards. Raises `UserMistake` where the forward pass fails.
    """
    model = _bare(model)
    args, kwargs = _arguments(model, batch)
    parts = parts_of(model)
    watcher = _Watcher(parts)
    modules = [*(part.module for part in parts), *(one for one in also if isinstance(one, nn.Module))]
    with untouched(modules, args, kwargs, also):
        trace = watcher.watch(model, parts, args, kwargs)
        if then is not None:
            then(trace)
    return trace


class _Watcher(TorchFunctionMode):
    """Hears hooks of modules and, as a mode, every function of torch that is called in between."""

    def __init__(self, parts: list[Part]) -> None:
        super().__init__()
        self.parts = {id(part.module): part for part in reversed(parts)}
        self.calls: list[Call] = []
        self.open: list[Call] = []
        self.used: set[int] = set()
        self.values: dict[int, Value] = {}
        self.kept: list[Tensor] = []  # an id is only good as long as its tensor lives

    def watch(self, model: nn.Module, parts: list[Part], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Trace:
        inputs = [(name, self.value(tensor, "input")) for name, tensor in _named_arguments(args, kwargs)]
        with ExitStack() as hooks:
            for part in parts:
                before = part.module.register_forward_pre_hook(self.before, with_kwargs=True)
                hooks.callback(before.remove)
                after = part.module.register_forward_hook(self.after, with_kwargs=True, always_call=True)
                hooks.callback(after.remove)
            result = self._call(model, args, kwargs)
        outputs = [(name, self.value(tensor, "forward")) for name, tensor in named_tensors(result)]
        return Trace(model, parts, self.calls, inputs, outputs, result, self.used)

    def _call(self, model: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        try:
            with self:
                return model(*args, **kwargs)
        except UserMistake:
            raise
        except Exception as error:
            raise explained(error, self.calls, model) from error

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        made = tensors_in(result)
        if not made:
            return result  # it only asked for a shape or a device
        taken = tensors_in([args, kwargs])
        self.used.update(id(tensor) for tensor in taken if isinstance(tensor, nn.Parameter))
        parents = tuple(self.value(tensor, "") for tensor in taken if id(tensor) in self.values)
        in_place = func.__name__.endswith("_") or bool(kwargs.get("inplace"))
        for tensor in made:
            if id(tensor) not in self.values or in_place:
                self.keep(tensor, Value(_shape(tensor), tensor.dtype, _name_of(func), parents))
        return result

    def value(self, tensor: Tensor, maker: str) -> Value:
        """What is known of a tensor; one never seen before was made by code that torch does not tell of."""
        known = self.values.get(id(tensor))
        return known if known is not None else self.keep(tensor, Value(_shape(tensor), tensor.dtype, maker))

    def keep(self, tensor: Tensor, value: Value) -> Value:
        self.kept.append(tensor)
        self.values[id(tensor)] = value
        return value

    def before(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        inputs = [(name, self.value(tensor, "forward")) for name, tensor in _named_arguments(args, kwargs)]
        parent = self.open[-1] if self.open else None
        line, frames = _caller()
        part = self.parts[id(module)]
        call = Call(part, len(self.calls) + 1, len(self.open), parent, line, inputs, frames=frames)
        self.calls.append(call)
        if parent is not None:
            parent.children.append(call)
        self.open.append(call)

    def after(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        call = self.open.pop()
        call.failed = result is None and sys.exc_info()[1] is not None
        inner = bool(call.children)
        call.outputs = [(name, self._made(tensor, call, inner)) for name, tensor in named_tensors(result)]

    def _made(self, tensor: Tensor, call: Call, inner: bool) -> Value:
        """An output of a module without calls inside is its own; one with calls only hands on what they made."""
        known = self.values.get(id(tensor))
        if known is not None and (inner or any(known is value for _, value in call.inputs)):
            return known
        parents = tuple(value for _, value in call.inputs)
        return self.keep(tensor, Value(_shape(tensor), tensor.dtype, type(call.part.module).__name__, parents, call))


def _arguments(model: nn.Module, batch: Any) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    if isinstance(model, torch.jit.ScriptModule):
        raise mistake("model", type(model).__name__, "a module of plain Python", "Explain the one you scripted.")
    if not isinstance(model, nn.Module):
        raise mistake("model", model, "an nn.Module", "Pass the model itself: explain.calls(model, X)")
    for name, parameter in model.named_parameters():
        if nn.parameter.is_lazy(parameter):
            raise mistake(
                f"model.{name}",
                "not yet given a shape",
                "parameters that have one",
                "Call model(X) once, then explain it.",
            )
    if isinstance(batch, Mapping):
        return (), batch
    args = tuple(batch) if isinstance(batch, (tuple, list)) else (batch,)
    if not tensors_in(args):
        raise mistake(
            "batch", type(batch).__name__, "a tensor, a tuple of arguments or a map of them", "Try torch.as_tensor(X)."
        )
    return args, {}


def _bare(model: nn.Module) -> nn.Module:
    """Without the wrapper of torch.compile, whose graphs call no hook."""
    inner = getattr(model, "_orig_mod", None)
    return inner if isinstance(inner, nn.Module) else model


def _named_arguments(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Iterator[tuple[str, Tensor]]:
    if len(args) == 1 and not kwargs:
        yield from named_tensors(args[0])
        return
    for index, value in enumerate(args):
        yield from named_tensors(value, f"[{index}]")
    for name, value in kwargs.items():
        yield from named_tensors(value, name)


def _name_of(func: Any) -> str:
    """`relu` for torch.relu_, `T` for the property Tensor.T, `add` for +."""
    if func.__name__ == "__get__":
        return getattr(func.__self__, "__name__", "get")
    return func.__name__.strip("_")


def _shape(tensor: Tensor) -> Shape:
    return tuple(tensor.shape)


def _caller() -> tuple[Line | None, tuple[str, ...]]:
    """The first line outside of Module's own code that led here, and the functions that stand between."""
    frame: FrameType | None = sys._getframe(2)
    between: list[str] = []
    while frame is not None and frame.f_code.co_filename == _MODULE_CODE:
        between.append(frame.f_code.co_name)
        frame = frame.f_back
    if frame is None:
        return None, tuple(reversed(between))
    code = frame.f_code
    text = linecache.getline(code.co_filename, frame.f_lineno).strip()
    return Line(code.co_filename, frame.f_lineno, text, getattr(code, "co_qualname", code.co_name)), tuple(
        reversed(between)
    )
