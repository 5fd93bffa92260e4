"""The numbers of one forward and one backward pass through a chain: all of them autograd's own. Writes no words."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx, nn

from ..errors import mistake
from .chain_graph import Link, check_numbers, check_rows, links
from .naming import lowered

Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """The inputs, or what one link made: `values` (rows, units) and the loss's `gradient` by them (rows, units).

    An activation has `slope` (rows, units), its derivative at what it was given. A linear layer has `weight` (units,
    inputs), `bias` (units,) or None, and the loss's gradients by them, summed over rows as PyTorch does.
    """

    symbol: str
    name: str
    path: str
    values: Numbers
    gradient: Numbers
    slope: Numbers | None = None
    weight: Numbers | None = None
    bias: Numbers | None = None
    weight_gradient: Numbers | None = None
    bias_gradient: Numbers | None = None

    @property
    def kind(self) -> str:
        """input, linear or activation."""
        return "linear" if self.weight is not None else "activation" if self.slope is not None else "input"

    @property
    def units(self) -> int:
        return self.values.shape[1]


class _Run(fx.Interpreter):
    """Runs a copied chain once and keeps what each link took and gave."""

    def __init__(self, graph: fx.GraphModule, chain: list[Link]) -> None:
        super().__init__(graph)
        self.chain = {link.node: link for link in chain}
        self.made: dict[fx.Node, tuple[Tensor, Tensor]] = {}  # (taken, given)

    def run_node(self, n: fx.Node) -> Any:
        link = self.chain.get(n)
        if link is None:
            return super().run_node(n)
        taken = self.env[n.all_input_nodes[0]]
        if link.layer is None:
            self.env[n.all_input_nodes[0]] = taken.clone()  # an activation may work in place; what it took is shown
        given = super().run_node(n)
        self.made[n] = (taken, given)
        return given


def stages(model: nn.Module, x: Tensor, y: Any, loss: Callable[[Any, Any], Any]) -> tuple[list[Stage], Tensor]:
    """The chain's stages, inputs first, and the loss () of the rows. The model stays as it is: a copy is asked."""
    read, found = links(model)
    inputs = _rows(x)
    check_numbers(_count(found, len(inputs)))
    graph, chain = _copied(read, found)
    inputs = inputs.detach().clone().requires_grad_()
    run = _Run(graph, chain)
    with torch.enable_grad(), torch.random.fork_rng(devices=[]):
        output = _called(run, inputs)
        result = _single(loss, output, y)
    return _told(run, chain, inputs, result), result.detach()


def _copied(read: fx.GraphModule, found: list[Link]) -> tuple[fx.GraphModule, list[Link]]:
    """The chain with weights of its own, in evaluation mode, which all ask for a gradient; and its links."""
    graph: fx.GraphModule = copy.deepcopy(read)
    for module in graph.modules():
        for hooks in (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks):
            hooks.clear()  # somebody's print or counter must not see a batch that never was
    graph.eval().requires_grad_(True)
    nodes = {node.name: node for node in graph.graph.nodes}
    chain: list[Link] = []
    for link in found:
        layer = graph.get_submodule(link.path) if link.layer is not None else None
        assert layer is None or isinstance(layer, nn.Linear)
        chain.append(Link(nodes[link.node.name], link.path, link.name, layer))
    return graph, chain


def _rows(x: Any) -> Tensor:
    if not isinstance(x, Tensor) or x.ndim not in (1, 2) or not x.is_floating_point():
        given = f"a tensor {list(x.shape)} of {x.dtype}" if isinstance(x, Tensor) else x
        raise mistake("x", given, "a tensor (rows, features) of floating-point numbers", "Try x[:1] of your batch.")
    rows = x if x.ndim == 2 else x[None]
    check_rows(len(rows))
    return rows


def _count(found: list[Link], rows: int) -> int:
    layers = [link.layer for link in found if link.layer is not None]
    weights = sum(layer.weight.numel() for layer in layers)
    return weights + rows * sum(layer.out_features for layer in layers)


def _called(run: _Run, inputs: Tensor) -> Any:
    try:
        return run.run(inputs)
    except Exception as error:
        first = (str(error).strip().splitlines() or ["no message"])[0]
        first_layer = next(link.layer for link in run.chain.values() if link.layer is not None)
        wanted = f"[rows, {first_layer.in_features}] of {first_layer.weight.dtype}"
        given = f"{list(inputs.shape)} of {inputs.dtype}"
        raise mistake("x", given, wanted, f"PyTorch says: {first}") from error


def _single(loss: Callable[[Any, Any], Any], output: Tensor, y: Any) -> Tensor:
    """The loss of an output; of one row that was given without a batch, the target may come so too."""
    try:
        result = loss(output, y)
    except Exception as error:
        first = (str(error).strip().splitlines() or ["no message"])[0]
        shapes = f"outputs {list(output.shape)}, y {list(y.shape) if isinstance(y, Tensor) else y!r}"
        raise mistake("loss(outputs, y)", shapes, "shapes and types that fit it", f"PyTorch says: {first}") from error
    if not isinstance(result, Tensor) or result.numel() != 1 or not result.requires_grad:
        given = f"a tensor {list(result.shape)}" if isinstance(result, Tensor) else result
        raise mistake("loss(outputs, y)", given, "one number with its graph", "Take its mean; leave .item() out.")
    return result.reshape(())


def _told(run: _Run, chain: list[Link], inputs: Tensor, result: Tensor) -> list[Stage]:
    """One backward pass: the gradients of everything at once, as autograd gives them."""
    layers = [link.layer for link in chain if link.layer is not None]
    asked = [inputs, *(run.made[link.node][1] for link in chain)]
    parameters = [each for layer in layers for each in (layer.weight, layer.bias) if each is not None]
    if not bool(result.isfinite()):
        raise mistake("loss(outputs, y)", result.item(), "a finite number", "Take weights from before it diverged.")
    found = torch.autograd.grad(result, [*asked, *parameters], retain_graph=True, materialize_grads=True)
    by_parameter = {id(each): grad for each, grad in zip(parameters, found[len(asked) :], strict=True)}
    told = [Stage("x", "inputs", "", _table(inputs, len(inputs)), _table(found[0], len(inputs)))]
    number, before = 0, ""
    for link, gradient in zip(chain, found[1 : len(asked)], strict=True):
        number += link.layer is not None
        taken, given = run.made[link.node]
        symbol = f"{'z' if link.layer is not None else 'a'}{lowered(number)}"
        symbol = symbol if symbol != before.rstrip("′") else f"{before}′"
        before = symbol
        common = (symbol, link.name, link.path, _table(given, len(inputs)), _table(gradient, len(inputs)))
        if link.layer is None:
            told.append(Stage(*common, slope=_table(_slope(taken, given), len(inputs))))
        else:
            told.append(Stage(*common, **_parameters(link.layer, by_parameter)))
    return told


def _parameters(layer: nn.Linear, gradients: dict[int, Tensor]) -> dict[str, Any]:
    bias = layer.bias
    return {
        "weight": _array(layer.weight),
        "weight_gradient": _array(gradients[id(layer.weight)]),
        "bias": None if bias is None else _array(bias),
        "bias_gradient": None if bias is None else _array(gradients[id(bias)]),
    }


def _slope(taken: Tensor, given: Tensor) -> Tensor:
    """An activation's derivative at each entry: entries do not touch each other, so the sum's gradient holds them."""
    [slope] = torch.autograd.grad(given.sum(), taken, retain_graph=True, materialize_grads=True)
    return slope


def _table(tensor: Tensor, rows: int) -> Numbers:
    return _array(tensor.reshape(rows, -1))


def _array(tensor: Tensor) -> Numbers:
    return (
        np.array(tensor.detach().cpu().numpy()) if tensor.dtype != torch.bfloat16 else tensor.detach().float().numpy()
    )
