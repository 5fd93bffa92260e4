"""A model as a chain of linear layers and activations, read from its forward by torch.fx. Computes no number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import fx, nn

from ..errors import UserMistake, mistake

MOST_UNITS, MOST_LAYERS, MOST_ROWS, MOST_NUMBERS = 16, 4, 8, 1500
"""What fits on a page: units of a layer, linear layers, rows of a batch; rows × units + weights, over all layers."""

ELEMENTWISE: tuple[type[nn.Module], ...] = (
    nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.SiLU, nn.ELU, nn.CELU, nn.SELU, nn.Softplus,
    nn.Mish, nn.Hardtanh, nn.Hardsigmoid, nn.Hardswish, nn.Hardshrink, nn.Softshrink, nn.Softsign, nn.Tanhshrink,
    nn.LogSigmoid, nn.Threshold, nn.RReLU,
)  # fmt: skip
FUNCTIONS = frozenset({
    "relu", "relu6", "leaky_relu", "tanh", "sigmoid", "gelu", "silu", "elu", "celu", "selu", "softplus", "mish",
    "hardtanh", "hardsigmoid", "hardswish", "hardshrink", "softshrink", "softsign", "tanhshrink", "logsigmoid",
    "threshold", "sin", "cos", "exp", "square", "abs",
})  # fmt: skip
SILENT = (nn.Identity, nn.Dropout, nn.AlphaDropout, nn.Flatten)
"""In evaluation mode they change no number of a batch of rows."""
RESHAPES = frozenset({"flatten", "squeeze", "unsqueeze", "view", "reshape", "dropout", "contiguous"})
SMALL = "Try loopscope explain moons-mlp --set model.hidden=3 --chain-rule."
PLAIN = "Try --set model.norm=none, or model.residual=false, where it is one of ours."
NEXT = "Try --set model.hidden=3, or a model such as nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))."


@dataclass(frozen=True, slots=True)
class Link:
    """One node that makes new numbers: a linear layer, or an activation (`name` as it is written)."""

    node: fx.Node
    path: str
    name: str
    layer: nn.Linear | None


def links(model: nn.Module) -> tuple[fx.GraphModule, list[Link]]:
    """The model's graph, and its chain in order. Raises `UserMistake` for what is no chain, or does not fit a page."""
    graph = _traced(model)
    found: list[Link] = []
    last: fx.Node | None = None
    for node in graph.graph.nodes:
        if node.op == "placeholder":
            if last is not None:
                raise _no_chain(model, "a forward of several arguments")
        elif node.op == "output":
            _check_end(model, node, last)
        else:
            _check_order(model, node, last)
            found += _link(model, graph, node)
        last = node
    _check_size(model, found)
    return graph, found


def check_rows(rows: int) -> None:
    """Raise `UserMistake` for a batch of more rows than a page shows."""
    if not 1 <= rows <= MOST_ROWS:
        raise mistake("x", f"{rows} rows", f"1 to {MOST_ROWS} rows, each written out", "Try x[:1] and y[:1].")


def _traced(model: nn.Module) -> fx.GraphModule:
    if not isinstance(model, nn.Module):
        raise mistake("model", model, "an nn.Module", "Pass the model itself: loopscope.chain_rule(model, x, y, loss)")
    inner = getattr(model, "_orig_mod", None)  # of torch.compile
    model = inner if isinstance(inner, nn.Module) else model
    if isinstance(model, (nn.Linear, *ELEMENTWISE)):
        model = nn.Sequential(model)  # fx does not look into a layer of torch's own, but at it
    try:
        return fx.symbolic_trace(model)
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise _no_chain(model, f"a forward that torch.fx cannot read ({first})") from error


def _link(model: nn.Module, graph: fx.GraphModule, node: fx.Node) -> Iterator[Link]:
    if node.op == "call_module":
        yield from _of_module(node, str(node.target), graph.get_submodule(str(node.target)))
        return
    name = str(getattr(node.target, "__name__", node.target)).rstrip("_")
    if name in FUNCTIONS and node.op in ("call_function", "call_method"):
        yield Link(node, "", name, None)
    elif name not in RESHAPES:
        raise _no_chain(model, f"{name}() in its forward")


def _of_module(node: fx.Node, path: str, module: nn.Module) -> Iterator[Link]:
    kind = type(module).__name__
    if type(module) is nn.Linear:
        yield Link(node, path, kind, module)
    elif isinstance(module, (nn.Softmax, nn.LogSoftmax, nn.Softmin)):
        hint = "Leave it out and use nn.CrossEntropyLoss, which takes logits."
        raise mistake(f"model.{path}", kind, "an activation that looks at one unit alone", hint)
    elif isinstance(module, ELEMENTWISE):
        yield Link(node, path, kind, None)
    elif not isinstance(module, SILENT):
        raise mistake(f"model.{path}", kind, "a Linear layer, or an activation without parameters of its own", PLAIN)


def _check_order(model: nn.Module, node: fx.Node, last: fx.Node | None) -> None:
    if node.op == "get_attr":
        raise _no_chain(model, f"a use of self.{node.target} outside of a layer")
    if node.all_input_nodes != [last]:
        raise _no_chain(model, f"a step ({node.name}) that takes more than what the step before gave")


def _check_end(model: nn.Module, node: fx.Node, last: fx.Node | None) -> None:
    if node.args != (last,):
        raise _no_chain(model, "a forward that returns something else than its last step")


def _no_chain(model: nn.Module, given: str) -> UserMistake:
    allowed = "a chain of Linear layers and activations, each of which takes what the one before gave"
    return mistake(f"model ({type(model).__name__})", given, allowed, PLAIN)


def _check_size(model: nn.Module, found: list[Link]) -> None:
    layers = [link for link in found if link.layer is not None]
    if not layers:
        raise _no_chain(model, "no Linear layer")
    if len({id(link.layer) for link in layers}) < len(layers):
        raise _no_chain(model, "a layer that is called twice")
    if len(layers) > MOST_LAYERS:
        raise mistake("model", f"{len(layers)} Linear layers", f"at most {MOST_LAYERS}, all written out", NEXT)
    for link in layers:
        assert link.layer is not None
        wide = max(link.layer.in_features, link.layer.out_features)
        if wide > MOST_UNITS:
            shape = f"{link.layer.in_features} inputs and {link.layer.out_features} units"
            hint = SMALL if link is layers[0] and link.layer.in_features > MOST_UNITS else NEXT
            raise mistake(f"model.{link.path}", shape, f"at most {MOST_UNITS} of each, all written out", hint)


def check_numbers(numbers: int) -> None:
    """Raise `UserMistake` where all values and weights together are more than a page shows."""
    if numbers > MOST_NUMBERS:
        allowed = f"at most {MOST_NUMBERS:,} numbers"
        raise mistake("model and x", f"{numbers:,} numbers to write out", allowed, f"Try x[:1]. {NEXT}")
