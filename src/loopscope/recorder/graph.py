"""Which parameters a loss reaches, read from autograd's graph before it runs. Knows no optimizer and no run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import torch
from torch import Tensor


class Reach:
    """Finds out which owners' parameters a graph leads to.

    Breadth first and no further than needed: where one owner is looked for, some parameter of its mostly stands next to
    the loss, so that two or three nodes are looked at, whatever the model's size. The way to it is tried first the next
    time, because a loop builds the same graph at every step.
    """

    def __init__(self) -> None:
        self._way: tuple[int, ...] = ()
        self._accumulate = _accumulate_grad()

    def of(self, nodes: list[Any], owner_bits: Mapping[int, int], wanted: int) -> int:
        """Bits of the owners under `nodes`, out of `wanted`. `owner_bits` maps `id(parameter)` to a bit."""
        node = nodes[0]
        try:
            for place in self._way:
                node = node.next_functions[place][0]
            if type(node) is self._accumulate and owner_bits.get(id(node.variable)) == wanted:
                return wanted
        except (AttributeError, IndexError):
            pass  # another graph than last time
        return self._search(nodes, owner_bits, wanted)

    def _search(self, nodes: list[Any], owner_bits: Mapping[int, int], wanted: int) -> int:
        found = 0
        walk = _Walk(nodes)
        for leaf in walk:
            found |= owner_bits.get(id(leaf), 0)
            if found & wanted == wanted:
                self._way = walk.way() if owner_bits.get(id(leaf)) == wanted and len(nodes) == 1 else ()
                break
        return found & wanted


def leaves(nodes: list[Any]) -> Iterator[Tensor]:
    """The tensors into whose `.grad` a backward from `nodes` would add, nearest to the loss first."""
    return iter(_Walk(nodes))


class _Walk:
    """One walk over a graph, each node once."""

    def __init__(self, nodes: list[Any]) -> None:
        self._queue: list[tuple[Any, int, int]] = [(node, -1, 0) for node in nodes if node is not None]
        self._at = 0

    def __iter__(self) -> Iterator[Tensor]:
        accumulate = _accumulate_grad()
        queue = self._queue
        seen = {node for node, _, _ in queue}
        for self._at, (node, _, _) in enumerate(queue):  # grows while it is walked
            if type(node) is accumulate:
                yield node.variable
                continue
            for place, (child, _) in enumerate(node.next_functions):
                if child is not None and child not in seen:
                    seen.add(child)
                    queue.append((child, self._at, place))

    def way(self) -> tuple[int, ...]:
        """The places among `next_functions` that lead from the first node to where the walk stands."""
        places: list[int] = []
        at = self._at
        while self._queue[at][1] >= 0:
            _, at_before, place = self._queue[at]
            places.append(place)
            at = at_before
        return tuple(reversed(places))


@cache
def _accumulate_grad() -> type:
    """The type of the nodes at the graph's end, which PyTorch does not export."""
    with torch.inference_mode(False), torch.enable_grad():
        node = torch.zeros((), requires_grad=True).view(()).grad_fn
    assert node is not None
    return type(node.next_functions[0][0])
