"""What each kind of layer holds and does, in a reader's words: its parameters' symbols, dimensions and its formula.

One entry a class; a class without one is listed by its name. Never calls a module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import nn

from .seen import Shape
from .seen import shape_text as text

Dims = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """How a class of layers is told.

    `symbols`: parameter or buffer → (symbol without its number, names of its dimensions, meaning). `takes` and
    `gives` name the dimensions of input and output, `formula` is one line of shapes. `weighted` layers get a number.
    """

    symbols: Callable[[Any], dict[str, tuple[str, Dims, str]]]
    formula: Callable[[Any, Shape, Shape], str]
    takes: Callable[[Any, Shape], Dims]
    gives: Callable[[Any, Shape], Dims]
    weighted: bool = True


def kind_of(module: nn.Module) -> Kind | None:
    """The entry of a module's class, or of the nearest class it inherits from."""
    return next((KINDS[base] for base in type(module).__mro__ if base in KINDS), None)


def lead(shape: Shape) -> Dims:
    """Names of the dimensions before the last: `batch`, and `positions` where there is one more."""
    count = len(shape) - 1
    return ("batch", "positions")[:count] if count <= 2 else ("batch", *(f"dim {k}" for k in range(1, count)))


def _linear_symbols(layer: nn.Linear) -> dict[str, tuple[str, Dims, str]]:
    takes, gives = layer.in_features, layer.out_features
    return {
        "weight": (
            "W",
            ("out", "in"),
            f"weights of {_units(gives)}{', a row each' * (gives > 1)}, one number for {_each(takes, 'input')}",
        ),
        "bias": ("b", ("out",), f"bias, one number for {_each(gives, 'unit')}, added after the product"),
    }


def _linear_formula(layer: nn.Linear, takes: Shape, gives: Shape) -> str:
    bias = f" + [{layer.out_features}]" if layer.bias is not None else ""
    return f"{text(takes)} @ [{layer.in_features}, {layer.out_features}]{bias} = {text(gives)}"


def _conv_symbols(layer: Any) -> dict[str, tuple[str, Dims, str]]:
    window = " × ".join(map(str, layer.kernel_size))
    inner = layer.in_channels // layer.groups
    if layer.transposed:
        dims, units = ("in channels", "out channels", *_sides(layer, "kernel ")), layer.in_channels
        words = f"filters, which spread each of {layer.in_channels} input channels over a window of {window}"
    else:
        dims, units = ("out channels", "in channels", *_sides(layer, "kernel ")), layer.out_channels
        words = f"{units} filters, each a window of {window} over {inner} input channel{'s' * (inner != 1)}"
    return {
        "weight": ("W", dims, words),
        "bias": ("b", ("out channels",), f"bias, one number for {_each(layer.out_channels, 'output channel')}"),
    }


def _sides(layer: Any, prefix: str = "") -> Dims:
    names = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}[len(layer.kernel_size)]
    return tuple(prefix + name for name in names)


def _conv_formula(layer: Any, takes: Shape, gives: Shape) -> str:
    bias = f" + [{layer.out_channels}]" if layer.bias is not None else ""
    return f"{text(takes)} ∗ {text(layer.weight.shape)}{bias} = {text(gives)}"


def _embedding_symbols(layer: nn.Embedding) -> dict[str, tuple[str, Dims, str]]:
    words = f"a table with one row of {layer.embedding_dim} numbers for each of {layer.num_embeddings} symbols"
    return {"weight": ("E", ("vocabulary", "embedding"), words)}


def _embedding_formula(layer: nn.Embedding, takes: Shape, gives: Shape) -> str:
    return f"{text(takes)} picks rows of {text(layer.weight.shape)} = {text(gives)}"


def _norm_symbols(layer: Any) -> dict[str, tuple[str, Dims, str]]:
    over = "each channel" if hasattr(layer, "num_features") or hasattr(layer, "num_channels") else "each feature"
    dims = ("features",) if not hasattr(layer, "normalized_shape") or len(layer.normalized_shape) == 1 else tuple(
        f"dim {k}" for k in range(len(layer.normalized_shape))
    )  # fmt: skip
    return {
        "weight": ("γ", dims, f"scale of {over} after normalising"),
        "bias": ("β", dims, f"shift of {over} after normalising"),
        "running_mean": ("μ", dims, f"running mean of {over} (a buffer: kept and saved, not learned)"),
        "running_var": ("σ²", dims, f"running variance of {over} (a buffer: kept and saved, not learned)"),
    }


def _norm_formula(layer: Any, takes: Shape, gives: Shape) -> str:
    parts = "γ ⊙ (x − mean) / deviation + β" if getattr(layer, "weight", None) is not None else "(x − mean) / deviation"
    return f"{text(takes)} → {parts} = {text(gives)}"


_GATES = {
    "LSTM": (4, "the four gates input, forget, cell and output"),
    "GRU": (3, "the three gates reset, update and new"),
}


def _recurrent_symbols(layer: nn.RNNBase) -> dict[str, tuple[str, Dims, str]]:
    count, gates = _GATES.get(layer.mode, (1, ""))
    stack = f", stacked for {gates}" if gates else ""
    rows = f"{count} × hidden" if count > 1 else "hidden"
    found: dict[str, tuple[str, Dims, str]] = {}
    for name, _ in layer.named_parameters():
        base, _, where = name.partition("_l")
        if not where:
            continue
        place = f"of layer {where.replace('_reverse', ' read backwards')}"
        match base:
            case "weight_ih":
                found[name] = ("W", (rows, "in"), f"weights {place} from input to hidden{stack}")
            case "weight_hh":
                found[name] = (
                    "U",
                    (rows, "hidden"),
                    f"weights {place} from hidden to hidden, one position to the next{stack}",
                )
            case "weight_hr":
                found[name] = ("P", ("projection", "hidden"), f"projection {place} of the hidden state")
            case "bias_ih" | "bias_hh":
                found[name] = (
                    "b" if base == "bias_ih" else "c",
                    (rows,),
                    f"bias {place} beside {base.replace('bias', 'weight')}",
                )
            case _:
                pass
    return found


def _recurrent_formula(layer: nn.RNNBase, takes: Shape, gives: Shape) -> str:
    gates = _GATES.get(layer.mode, (1, ""))[0]
    wide, hidden = gates * layer.hidden_size, layer.hidden_size
    step = f"[…, {layer.input_size}] @ [{layer.input_size}, {wide}] + […, {hidden}] @ [{hidden}, {wide}]"
    return f"at each position {step}; {text(takes)} → {text(gives)}"


def _recurrent_dims(layer: nn.RNNBase, shape: Shape, last: str) -> Dims:
    if len(shape) == 2:
        return ("positions", last)
    return ("batch", "positions", last) if layer.batch_first else ("positions", "batch", last)


def _attention_symbols(layer: nn.MultiheadAttention) -> dict[str, tuple[str, Dims, str]]:
    wide = layer.embed_dim
    return {
        "in_proj_weight": ("W", ("3 × features", "features"), "query, key and value weights, stacked above each other"),
        "in_proj_bias": ("b", ("3 × features",), "biases of query, key and value, stacked"),
        "q_proj_weight": ("Q", ("features", "in"), "query weights"),
        "k_proj_weight": ("K", ("features", "in"), "key weights"),
        "v_proj_weight": ("V", ("features", "in"), "value weights"),
        "bias_k": ("k", ("1", "1", "features"), "a learned key that every row may attend to"),
        "bias_v": ("v", ("1", "1", "features"), "its learned value"),
        "out_proj.weight": (
            "O",
            ("features", "features"),
            f"mixes the {layer.num_heads} heads back into {wide} features",
        ),
        "out_proj.bias": ("o", ("features",), "bias after mixing the heads"),
    }


def _attention_formula(layer: nn.MultiheadAttention, takes: Shape, gives: Shape) -> str:
    heads = f"{layer.num_heads} head{'s' * (layer.num_heads != 1)} of {layer.head_dim}"
    return f"softmax(query @ keyᵀ / √{layer.head_dim}) @ value in {heads}: {text(takes)} → {text(gives)}"


def _attention_dims(layer: nn.MultiheadAttention, shape: Shape) -> Dims:
    if len(shape) == 2:
        return ("positions", "features")
    return ("batch", "positions", "features") if layer.batch_first else ("positions", "batch", "features")


def _image_dims(layer: Any, shape: Shape) -> Dims:
    sides = _sides(layer)
    return ("batch", "channels", *sides) if len(shape) == len(sides) + 2 else ("channels", *sides)


def _feature_dims(_: Any, shape: Shape) -> Dims:
    return (*lead(shape), "features")


def _channel_dims(layer: Any, shape: Shape) -> Dims:
    if isinstance(layer, nn.LayerNorm) or len(shape) == 2:
        return _feature_dims(layer, shape)
    return (
        "batch",
        "channels",
        *(("length",), ("height", "width"), ("depth", "height", "width"))[min(len(shape), 5) - 3],
    )


def _units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count} units"


def _each(count: int, word: str) -> str:
    return f"its one {word}" if count == 1 else f"each of {count} {word}s"


_LINEAR = Kind(_linear_symbols, _linear_formula, lambda _, s: (*lead(s), "features"), lambda _, s: (*lead(s), "units"))
_CONV = Kind(_conv_symbols, _conv_formula, _image_dims, _image_dims)
_NORM = Kind(_norm_symbols, _norm_formula, _channel_dims, _channel_dims, weighted=False)

KINDS: dict[type, Kind] = {
    nn.Linear: _LINEAR,
    nn.modules.conv._ConvNd: _CONV,
    nn.Embedding: Kind(
        _embedding_symbols, _embedding_formula, lambda _, s: (*lead((*s, 0)),), lambda _, s: (*lead(s), "embedding")
    ),
    nn.RNNBase: Kind(
        _recurrent_symbols, _recurrent_formula, lambda m, s: _recurrent_dims(m, s, "features"),
        lambda m, s: _recurrent_dims(m, s, "hidden"),
    ),
    nn.MultiheadAttention: Kind(_attention_symbols, _attention_formula, _attention_dims, _attention_dims),
    nn.modules.batchnorm._BatchNorm: _NORM,
    nn.LayerNorm: _NORM,
    nn.GroupNorm: _NORM,
    nn.modules.instancenorm._InstanceNorm: _NORM,
}  # fmt: skip
