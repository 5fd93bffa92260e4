"""One forward pass, watched: every module call with its shapes and caller, every value with what made it.

Knows no symbols and no words for a reader; leaves no hook behind.
"""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from ..errors import UserMistake, mistake
from .attributes import Part, parts_of
from .untouched import named_tensors, tensors_in, untouched

Shape: TypeAlias = tuple[int, ...]
_TORCH, _OURS = str(Path(torch.__file__).parent), str(Path(__file__).parent)
_MODULE_CODE = nn.Module.__call__.__code__.co_filename


@dataclass(frozen=True, slots=True)
class Line:
    """The line of code that called a module."""

    file: str
    number: int
    text: str
    function: str


@dataclass(eq=False, slots=True)
class Value:
    """A tensor of the forward pass: its shape and what made it (`maker`, of `parents`). `call` where a module did."""

    shape: Shape
    dtype: torch.dtype
    maker: str
    parents: tuple[Value, ...] = ()
    call: Call | None = None


@dataclass(eq=False, slots=True)
class Call:
    """One call of one module. Inputs and outputs are named as they were handed over: "" for the only tensor."""

    part: Part
    number: int
    depth: int
    parent: Call | None
    line: Line | None
    inputs: list[tuple[str, Value]]
    outputs: list[tuple[str, Value]] = field(default_factory=list)
    children: list[Call] = field(default_factory=list)
    frames: tuple[str, ...] = ()
    failed: bool = False


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


def shape_text(shape: Shape) -> str:
    """`[32, 2]`, and `[]` for a scalar."""
    return "[" + ", ".join(map(str, shape)) + "]"


def shapes_text(values: list[tuple[str, Value]]) -> str:
    """Shapes of what a call took or gave: `[32, 2]`, or several with commas."""
    return ", ".join(shape_text(value.shape) for _, value in values) or "no tensor"


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
            raise _explained(error, self.calls, model) from error

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


def _explained(error: Exception, calls: list[Call], model: nn.Module) -> UserMistake:
    """Which module failed on which shapes, what it wants, and what went well before."""
    failed = [call for call in calls if call.failed]
    said = f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else 'no message'}"
    if not failed:
        return mistake(
            "model(batch)", said, "a batch that forward takes", "Pass the inputs alone, without the targets."
        )
    call = max(failed, key=lambda one: one.depth)
    kind = type(call.part.module).__name__
    place = f"input of model.{call.part.path} ({kind})" if call.part.path else f"input of the model ({kind})"
    before = next((one for one in reversed(calls[: call.number - 1]) if one.outputs and not one.failed), None)
    steps = [f"Before it, model.{before.part.path} gave {shapes_text(before.outputs)}." if before is not None else ""]
    steps += [_place_of(error)]
    steps += [f"PyTorch says: {said}"]
    steps += ["Pass what forward takes, the inputs alone."] if isinstance(error, TypeError) and not call.depth else []
    given = [list(value.shape) for _, value in call.inputs]
    shown = given[0] if len(given) == 1 else given
    return mistake(place, shown, _wanted(call.part.module), " ".join(step for step in steps if step))


def _place_of(error: Exception) -> str:
    """The deepest line of the user's own code that led to an error."""
    place = ""
    for frame, number in traceback.walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        if file.startswith(_OURS) or file.startswith(_TORCH):
            continue
        place = (
            f"It happened in {Path(file).name}, line {number}: {linecache.getline(file, number).strip()}".rstrip(": ")
            + "."
        )
    return place


def _wanted(module: nn.Module) -> str:
    """The shapes a module takes, as far as its kind is known."""
    match module:
        case nn.Linear():
            return f"[batch, {module.in_features}]"
        case nn.Embedding():
            return f"whole numbers from 0 to {module.num_embeddings - 1}"
        case nn.Conv1d() | nn.Conv2d() | nn.Conv3d():
            sides = {1: "length", 2: "height, width", 3: "depth, height, width"}[len(module.kernel_size)]
            return f"[batch, {module.in_channels}, {sides}]"
        case nn.RNNBase():
            order = "batch, positions" if module.batch_first else "positions, batch"
            return f"[{order}, {module.input_size}]"
        case nn.modules.batchnorm._BatchNorm():
            return f"[batch, {module.num_features}, …]"
        case nn.LayerNorm():
            return f"[…, {', '.join(map(str, module.normalized_shape))}]"
        case _:
            return "what its forward takes"
