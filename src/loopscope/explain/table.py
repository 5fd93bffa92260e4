"""The table Symbol | Shape | What it means of a real model and a real batch. Changes nothing of either."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import mistake
from . import bundle
from . import trace as tracing
from .naming import Layer, Naming, Row, linears, lowered
from .seen import shape_text as text
from .trace import Trace
from .untouched import tensors_in

_LOGIT_LOSSES = (nn.CrossEntropyLoss, nn.BCEWithLogitsLoss, nn.MultiLabelSoftMarginLoss)
_LOGIT_FUNCTIONS = {"cross_entropy", "binary_cross_entropy_with_logits"}
GENERAL = "[batch, in] @ [in, out] + [out] = [batch, out]"


@dataclass(frozen=True, slots=True)
class ShapeTable:
    """Every tensor with symbol, shape and meaning; every layer with its shapes as a formula.

    `why` tells, with the reader's own numbers, why `nn.Linear.weight` is stored (out, in); "" without a linear layer.
    """

    model: str
    rows: tuple[Row, ...]
    layers: tuple[Layer, ...]
    why: str
    notes: tuple[str, ...]

    def to_text(self, width: int = 80) -> str:
        """As plain text of at most `width` columns (a word longer than its column is not cut)."""
        cells = [
            ("Symbol", "Shape", "What it means"),
            *((row.symbol, text(row.shape), _meaning(row)) for row in self.rows),
        ]
        first = min(max(len(cell[0]) for cell in cells), width // 4)
        second = min(max(len(cell[1]) for cell in cells), width // 3)
        lines = [line for cell in cells for line in _lines(cell, first, second, width)]
        lines.insert(1, "─" * width)
        parts = ["\n".join(lines), "\n".join(self._layer_lines(width))]
        parts += [textwrap.fill(paragraph, width) for paragraph in (*self.why.split("\n\n"), *self.notes) if paragraph]
        return "\n\n".join(part for part in parts if part)

    def to_markdown(self) -> str:
        """As a Markdown table, a list of layers and the notes."""
        rows = [f"| {row.symbol} | `{text(row.shape)}` | {_meaning(row)} |" for row in self.rows]
        parts = ["\n".join(["| Symbol | Shape | What it means |", "|---|---|---|", *rows])]
        if self.layers:
            layers = [f"- `{layer.path}` ({layer.kind}): `{layer.formula}`{_times(layer)}" for layer in self.layers]
            parts.append("\n".join([*([f"A linear layer: `{GENERAL}`", ""] if self.why else []), *layers]))
        return "\n\n".join([*parts, *(part for part in (self.why, *self.notes) if part)]) + "\n"

    def plain(self) -> dict[str, Any]:
        """As data that JSON can hold."""
        rows = [
            {
                "symbol": row.symbol,
                "shape": list(row.shape),
                "dims": list(row.dims),
                "meaning": row.meaning,
                "layer": row.layer,
            }
            for row in self.rows
        ]
        layers = [
            {"layer": layer.path, "kind": layer.kind, "formula": layer.formula, "calls": layer.calls}
            for layer in self.layers
        ]
        return {"model": self.model, "rows": rows, "layers": layers, "why": self.why, "notes": list(self.notes)}

    def __str__(self) -> str:
        return self.to_text()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return bundle.of_table(self.to_text(), self.to_markdown(), self.to_html())

    def to_html(self) -> str:
        """As HTML: the table, the layers as a list, the notes as paragraphs."""
        rows = [[row.symbol, text(row.shape), _meaning(row)] for row in self.rows]
        parts = [bundle.html_table(["Symbol", "Shape", "What it means"], rows, frozenset({1}))]
        layers = [(f"{layer.path} ({layer.kind})", layer.formula + _times(layer)) for layer in self.layers]
        parts += [bundle.html_list([("A linear layer", GENERAL), *layers] if self.why else layers)]
        return "\n".join([*parts, *bundle.html_paragraphs([*self.why.split("\n\n"), *self.notes])])

    def _layer_lines(self, width: int) -> list[str]:
        if not self.layers:
            return []
        names = [f"{layer.path} ({layer.kind})" for layer in self.layers]
        wide = min(max(map(len, names)), width // 3)
        head = [f"{'Layer by layer':<{wide}}  {GENERAL if self.why else ''}".rstrip(), "─" * width]
        for name, layer in zip(names, self.layers, strict=True):
            body = textwrap.wrap(layer.formula + _times(layer), max(width - wide - 2, 20)) or [""]
            head += _beside(name, body, wide)
        return head


def shapes(
    model: nn.Module,
    batch: Any,
    targets: Any = None,
    criterion: Callable[[Any, Any], Tensor] | None = None,
) -> ShapeTable:
    """Call `model` once on `batch` and name every tensor that takes part.

    `batch` is a tensor (batch, …), a tuple of arguments or a map of them; `targets` and `criterion` add y and the
    loss. Parameters, buffers, gradients, modes and random states stay as they were. Raises `UserMistake` where the
    forward pass or the criterion fails, naming the layer and its shapes.
    """
    losses: list[Tensor] = []

    def then(trace: Trace) -> None:
        if criterion is not None and targets is not None:
            losses.append(_loss(criterion, trace.result, targets))

    trace = tracing.run(model, batch, then, also=(criterion, targets))
    naming = Naming(trace, "logits" if _takes_logits(criterion) else "ŷ").walk()
    rows = [*naming.rows, *_target_rows(targets), *_loss_rows(losses, criterion)]
    notes = [_reading_note(trace), *_broadcast_notes(trace, targets)]
    return ShapeTable(type(trace.model).__name__, tuple(rows), tuple(naming.layers), _why(trace, naming), tuple(notes))


def _loss(criterion: Callable[[Any, Any], Tensor], result: Any, targets: Any) -> Tensor:
    try:
        return criterion(result, targets)
    except Exception as error:
        given = " and ".join(text(tensor.shape) for value in (result, targets) for tensor in tensors_in(value))
        first = (str(error).strip().splitlines() or ["no message"])[0]
        said = f"PyTorch says: {type(error).__name__}: {first}"
        raise mistake(
            f"{_name_of(criterion)}(outputs, targets)", given, "shapes and types that fit it", said
        ) from error


def _takes_logits(criterion: object) -> bool:
    return isinstance(criterion, _LOGIT_LOSSES) or getattr(criterion, "__name__", "") in _LOGIT_FUNCTIONS


def _name_of(criterion: object) -> str:
    return getattr(criterion, "__name__", type(criterion).__name__)


def _target_rows(targets: Any) -> list[Row]:
    rows: list[Row] = []
    for tensor in tensors_in(targets):
        shape = tuple(tensor.shape)
        each = "the number of the right class" if tensor.dtype == torch.int64 else "the right answer"
        dims = ("batch", "outputs") if len(shape) == 2 else ("batch",) if len(shape) == 1 else ()
        count = f"{each} for each of {shape[0]} examples" if shape else each
        rows.append(Row("y", shape, dims, f"the targets: {count}"))
    return rows


def _loss_rows(losses: list[Tensor], criterion: object) -> list[Row]:
    if not losses:
        return []
    [loss] = losses
    if loss.ndim == 0:
        words = f"{_name_of(criterion)} of the batch: one number, which backward() starts from (here {loss.item():.4g})"
    else:
        words = f"{_name_of(criterion)}, not yet one number: take its mean before backward()"
    return [Row("loss", tuple(loss.shape), (), words)]


def _reading_note(trace: Trace) -> str:
    size = trace.inputs[0][1].shape[0] if trace.inputs and trace.inputs[0][1].shape else 0
    rows = f"all {size} of them" if size > 1 else "them"
    return (
        "Capitals are matrices: X, and W with a row for each unit. Lower case is a vector or a number: b, the loss, "
        f"and h or ŷ, which belong to one example; where a shape begins with the batch, {rows} lie stacked, one a row."
    )


def _broadcast_notes(trace: Trace, targets: Any) -> list[str]:
    given = tensors_in(targets)
    if len(given) != 1 or len(trace.outputs) != 1 or given[0].dtype == torch.int64:
        return []
    said, wanted = trace.outputs[0][1].shape, tuple(given[0].shape)
    if said == wanted or len(said) == len(wanted):
        return []
    try:
        both = torch.broadcast_shapes(said, wanted)
    except RuntimeError:
        return []
    return [
        f"Beware: outputs {text(said)} and targets {text(wanted)} differ. Subtracting them broadcasts to {text(both)}, "
        "every output against every target. Give both one shape, for example with targets.reshape(outputs.shape)."
    ]


def _why(trace: Trace, naming: Naming) -> str:
    """Why nn.Linear.weight is (out, in), told with the first linear layer whose two widths differ."""
    found = linears(trace)
    if not found:
        return ""
    path, layer = next((pair for pair in found if pair[1].in_features != pair[1].out_features), found[0])
    takes, gives, symbol = layer.in_features, layer.out_features, naming.seen.get(id(layer.weight), "W")
    number = lowered(naming.numbers[layer])
    unit = min(3, gives - 1)
    bias = f" + b{number}" if layer.bias is not None else ""
    each, outs = (
        (f"each of {takes} inputs" if takes > 1 else "its one input"),
        (f"{gives} units" if gives > 1 else "1 unit"),
    )
    return (
        f"Why {symbol} is stored as [{gives}, {takes}], (out, in), although the product needs [{takes}, {gives}]: "
        f"{path or 'the layer'} has {outs}, and PyTorch keeps one row for each. "
        f"{path or 'layer'}.weight[{unit}] is all that unit {unit} knows: "
        f"{takes} number{'s' * (takes != 1)}, one for {each}. "
        f"For a single example, a vector x of {takes}, the layer is {symbol} x{bias}, as mathematics writes it.\n\n"
        f"A batch has its examples as rows, so x stands on the left and the matrix is turned over: "
        f"x {symbol}ᵀ{bias}, in shapes [batch, {takes}] @ [{takes}, {gives}] = [batch, {gives}]. "
        f"The inner numbers must agree ({takes} and {takes}); they are what is summed over. "
        f"Turning over copies nothing: {symbol}ᵀ is the same memory read the other way."
    )


def _meaning(row: Row) -> str:
    return f"({', '.join(row.dims)}) {row.meaning}" if row.dims else row.meaning


def _times(layer: Layer) -> str:
    return f" (called {layer.calls} times)" if layer.calls > 1 else ""


def _lines(cell: tuple[str, str, str], first: int, second: int, width: int) -> list[str]:
    symbol, shape, meaning = cell
    left = _beside(symbol, [shape], first)
    body = textwrap.wrap(meaning, max(width - first - second - 4, 20)) or [""]
    return [*left[:-1], *_beside(left[-1], body, first + 2 + second)]


def _beside(name: str, body: list[str], wide: int) -> list[str]:
    """A name and lines right of it; a name that is too long gets a line of its own."""
    head = [name] if len(name) > wide else []
    first = f"{'' if head else name:<{wide}}  {body[0]}".rstrip()
    return [*head, first, *(f"{'':<{wide}}  {line}" for line in body[1:])]
