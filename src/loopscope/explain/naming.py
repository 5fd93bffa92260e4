"""Give every tensor of a traced forward pass its symbol: X, W₁, b₁, z₁, h₁ … ŷ. Knows nothing of text or tables.

Parameters are numbered by layer, in the order in which layers are first called. z is what a layer gives, h what the
next one takes; where nothing stands between, it is called h at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .kinds import Dims, Kind, kind_of, lead
from .seen import Call, Shape, Value
from .seen import shape_text as text
from .trace import Trace

_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SILENT = {"", "forward", "input"}
_MOST_STEPS = 6  # functions between two layers that a sentence can hold


@dataclass(frozen=True, slots=True)
class Row:
    """A tensor: its symbol, shape, the names of its dimensions, what it means, and the layer it belongs to."""

    symbol: str
    shape: Shape
    dims: Dims
    meaning: str
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A module as it was called: its path, class, shapes as one formula, and how often."""

    path: str
    kind: str
    formula: str
    calls: int = 1


def lowered(number: int) -> str:
    """`₁₂` for 12."""
    return str(number).translate(_LOWERED)


class Naming:
    """Walks a trace once and collects rows and layers. `answer` is the symbol of what the model puts out."""

    def __init__(self, trace: Trace, answer: str) -> None:
        self.trace, self.answer = trace, answer
        self.rows: list[Row] = []
        self.layers: list[Layer] = []
        self.names: dict[Value, str] = {}
        self.seen: dict[int, str] = {}  # parameter → its first symbol
        self.numbers: dict[nn.Module, int] = {}
        self.layer_count = self.norm_count = 0
        self.outputs = {value for _, value in trace.outputs}
        self.called = list(dict.fromkeys(call.part.module for call in trace.calls))
        self.entering = {call.inputs[0][1] for call in trace.calls if call.inputs and self._weighted(call)}

    def walk(self) -> Naming:
        self._inputs()
        for call in self.trace.calls:
            if call.part.module not in self.numbers:
                self._first_call(call)
            elif call.outputs and not call.children:
                self._again(call)
        self._rest_of_parameters()
        self._answers()
        return self

    def _inputs(self) -> None:
        several = len(self.trace.inputs) > 1
        for index, (name, value) in enumerate(self.trace.inputs):
            symbol = f"X{lowered(index + 1)}" if several else "X"
            self.names[value] = symbol
            dims = self._dims_of_input(value)
            words = _words_of_input(value, dims) + (f" (argument {name.strip('[]')})" if several else "")
            self.rows.append(Row(symbol, value.shape, dims, words))

    def _dims_of_input(self, value: Value) -> Dims:
        for call in self.trace.calls:
            kind = kind_of(call.part.module)
            if kind and call.inputs and call.inputs[0][1] is value:
                return kind.takes(call.part.module, value.shape)
        return {1: ("batch",), 4: ("batch", "channels", "height", "width")}.get(len(value.shape)) or (
            (*lead(value.shape), "features") if value.shape else ()
        )

    def _first_call(self, call: Call) -> None:
        module, kind = call.part.module, kind_of(call.part.module)
        weighted = self._weighted(call)
        if weighted:
            self._entering(call)
            self.layer_count += 1
        elif kind:
            self.norm_count += 1
        self.numbers[module] = self.layer_count if weighted or not kind else self.norm_count
        self._parameters(call, kind)
        if not call.children or kind:
            self._formula(call, kind)
        if weighted:
            self._leaving(call, kind)

    def _weighted(self, call: Call) -> bool:
        kind = kind_of(call.part.module)
        if kind:
            return kind.weighted
        return not call.children and any(True for _ in call.part.module.parameters(recurse=False))

    def _formula(self, call: Call, kind: Kind | None) -> None:
        takes, gives = ([value.shape for _, value in side] for side in (call.inputs, call.outputs))
        if kind and takes and gives:
            line = kind.formula(call.part.module, takes[0], gives[0])
        else:
            line = f"{', '.join(map(text, takes)) or 'nothing'} → {', '.join(map(text, gives)) or 'nothing'}"
        count = len(self.trace.calls_of(call.part.module))
        self.layers.append(Layer(self._path(call), call.part.kind, line, count))

    def _path(self, call: Call) -> str:
        return call.part.path or "the model"

    def _entering(self, call: Call) -> None:
        """A row for what goes into a layer, where something was done to it since it last had a name."""
        if not call.inputs or call.inputs[0][1] in self.names:
            return
        value = call.inputs[0][1]
        letter = f"h{lowered(self.layer_count)}" if self.layer_count else "X"
        symbol = self._free(letter + ("" if self.layer_count else "′"))
        meaning = f"{self._history(value)}: what goes into {self._path(call)}"
        kind = kind_of(call.part.module)
        self.names[value] = symbol
        self.rows.append(Row(symbol, value.shape, self._dims(call, kind, value, "takes"), meaning, self._path(call)))

    def _leaving(self, call: Call, kind: Kind | None) -> None:
        if not call.outputs or call.outputs[0][1] in self.names or call.outputs[0][1] in self.outputs:
            return
        value = call.outputs[0][1]
        passed_on = value in self.entering
        symbol = self._free(f"{'h' if passed_on else 'z'}{lowered(self.layer_count)}")
        meaning = f"{self._product(call)}: what {self._path(call)} gives"
        self.names[value] = symbol
        self.rows.append(Row(symbol, value.shape, self._dims(call, kind, value, "gives"), meaning, self._path(call)))

    def _again(self, call: Call) -> None:
        """A later call of the same layer: what it gives bears the same symbol."""
        first = self.trace.calls_of(call.part.module)[0]
        for (_, value), (_, known) in zip(call.outputs, first.outputs, strict=False):
            if known in self.names and value not in self.outputs:
                self.names.setdefault(value, self.names[known])

    def _dims(self, call: Call, kind: Kind | None, value: Value, side: str) -> Dims:
        if kind:
            return getattr(kind, side)(call.part.module, value.shape)
        return (*lead(value.shape), "features") if value.shape else ()

    def _product(self, call: Call) -> str:
        """`X W₁ᵀ + b₁` for a linear layer, its class for any other."""
        module, number = call.part.module, lowered(self.numbers[call.part.module])
        taken = self.names.get(call.inputs[0][1], "input") if call.inputs else "nothing"
        if isinstance(module, nn.Linear):
            weight = self.seen.get(id(module.weight), f"W{number}")
            return f"{taken} {weight}ᵀ" + (f" + b{number}" if module.bias is not None else "")
        return f"{call.part.kind} of {taken}"

    def _parameters(self, call: Call, kind: Kind | None) -> None:
        module, path = call.part.module, self._path(call)
        symbols = kind.symbols(module) if kind else {}
        for name, (letter, dims, meaning) in symbols.items():
            tensor = _reach(module, name)
            if tensor is not None:
                symbol = letter + self._index(module, name)
                self._parameter(tensor, symbol, dims, f"{path} ({call.part.kind}): {meaning}", path)
        self._own_parameters(module, call.part.path, call.part.kind, "", named=True)

    def _index(self, module: nn.Module, name: str) -> str:
        """The layer's number; in a stack of recurrent layers also which of them, and ʳ for the one read backwards."""
        number = lowered(self.numbers[module])
        if isinstance(module, nn.RNNBase) and (module.num_layers > 1 or module.bidirectional):
            where = name.rpartition("_l")[2]
            level = (int(where.removesuffix("_reverse")) + 1).__str__().translate(_RAISED)
            return f"{number}⁽{level}{'ʳ' * where.endswith('_reverse')}⁾"
        return number

    def _own_parameters(self, module: nn.Module, path: str, kind: str, because: str, *, named: bool) -> None:
        for name, tensor in module.named_parameters(recurse=False):
            if id(tensor) not in self.seen or (not named and self.seen[id(tensor)] == ""):
                symbol = f"{path}.{name}" if path else name
                self._parameter(tensor, symbol, (), f"a parameter of {path or 'the model'} ({kind}){because}", path)

    def _parameter(self, tensor: Tensor, symbol: str, dims: Dims, meaning: str, path: str) -> None:
        first = self.seen.get(id(tensor))
        if first is not None:
            meaning = f"{path} holds the very same tensor as {first}: tied, one gradient for both uses"
            symbol = f"{symbol} = {first}"
        elif isinstance(tensor, nn.Parameter) and not tensor.requires_grad:
            meaning += "; frozen: it asks for no gradient"
        self.seen.setdefault(id(tensor), symbol)
        self.rows.append(Row(symbol, tuple(tensor.shape), dims, meaning, path))

    def _rest_of_parameters(self) -> None:
        """Parameters of modules that were never called: used by other code, or not at all."""
        for part in self.trace.parts:
            if part.module in self.numbers:
                continue
            for name, tensor in part.module.named_parameters(recurse=False):
                if id(tensor) not in self.seen:
                    why = (
                        "used without calling it" if id(tensor) in self.trace.used else "not used in this forward pass"
                    )
                    meaning = f"a parameter of {part.path} ({part.kind}), {why}"
                    self._parameter(tensor, f"{part.path}.{name}", (), meaning, part.path)

    def _answers(self) -> None:
        several = len(self.trace.outputs) > 1
        for name, value in self.trace.outputs:
            symbol = f"{self.answer}{name}" if several else self.answer
            made = f"{self._history(value)}: " if value not in self.names else f"{self.names[value]}: "
            self.names.setdefault(value, symbol)
            self.rows.append(Row(symbol, value.shape, self._dims_of_answer(value), made + self._words_of_answer(value)))

    def _dims_of_answer(self, value: Value) -> Dims:
        if value.call is not None:
            named = self._dims(value.call, kind_of(value.call.part.module), value, "gives")
            return (*named[:-1], "outputs") if named and named[-1] in ("units", "features") else named
        return ("batch", *(f"dim {k}" for k in range(1, len(value.shape) - 1)), "outputs")[: len(value.shape)]

    def _words_of_answer(self, value: Value) -> str:
        each = f", {value.shape[-1] if value.shape[-1] > 1 else 'one'} for each row" if len(value.shape) == 2 else ""
        if self.answer == "logits":
            return f"what the model puts out{each}: scores, any number, not yet probabilities"
        return f"what the model puts out{each}: its answer to y"

    def _history(self, value: Value) -> str:
        """`z₁ after relu`: the named values a value was made of, and what was done in between."""
        if value.call is not None and self._weighted(value.call) and value.call.part.module in self.numbers:
            return self._product(value.call)
        roots, steps = self._origin(value)
        words = [step for step in dict.fromkeys(steps) if step not in _SILENT]
        if len(words) > _MOST_STEPS:
            words = [*words[: _MOST_STEPS - 1], f"{len(words) - _MOST_STEPS + 1} more"]
        made_of = " and ".join(dict.fromkeys(roots)) or "something made in forward"
        return f"{made_of} after {', '.join(words)}" if words else made_of

    def _origin(self, value: Value) -> tuple[list[str], list[str]]:
        """Symbols of the nearest named ancestors, and what made everything in between, first to last."""
        roots: list[str] = []
        steps: list[str] = []
        visited: set[Value] = set()
        pending: list[tuple[Value, bool]] = [(value, False)]
        while pending:
            current, parents_done = pending.pop()
            if parents_done:
                steps.append(current.maker)
            elif current in self.names and current is not value:
                roots.append(self.names[current])
            elif current not in visited:
                visited.add(current)
                pending.append((current, True))
                pending.extend((parent, False) for parent in reversed(current.parents))
        return roots, steps

    def _free(self, symbol: str) -> str:
        """The symbol, with as many primes as it takes to be new."""
        taken = set(self.names.values())
        while symbol in taken:
            symbol += "′"
        return symbol


def _words_of_input(value: Value, dims: Dims) -> str:
    if not value.shape:
        return "the input: one number"
    count = value.shape[0]
    batch = "a batch of 1 example" if count == 1 else f"a batch of {count} examples"
    match dims:
        case ("batch", "features"):
            return f"the inputs: {batch}, one a row; {_many(value.shape[1], 'feature')} each, one a column"
        case ("batch", "channels", *sides):
            size = " × ".join(map(str, value.shape[2:]))
            return f"the inputs: {batch}, {_many(value.shape[1], 'channel')} of {size} ({' × '.join(sides)})"
        case ("batch", "positions") if value.dtype in (torch.int64, torch.int32, torch.int16, torch.uint8):
            return f"the inputs: {batch}, {value.shape[1]} positions each, every one the number of a symbol"
        case _:
            return "the inputs: " + ", ".join(
                f"{size} {_plural(name, size)}" for name, size in zip(dims, value.shape, strict=False)
            )


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _plural(name: str, size: int) -> str:
    return "in the batch" if name == "batch" else name.removesuffix("s") if size == 1 else name


def _reach(module: nn.Module, path: str) -> Tensor | None:
    """The tensor at a dotted path, or None where the layer was made without it."""
    found: object = module
    for name in path.split("."):
        found = getattr(found, name, None)
    return found if isinstance(found, Tensor) else None


def linears(trace: Trace) -> Sequence[tuple[str, nn.Linear]]:
    """Linear layers as first called, with their paths."""
    modules = {call.part.module: call.part.path for call in trace.calls}
    return [(path, module) for module, path in modules.items() if isinstance(module, nn.Linear)]
