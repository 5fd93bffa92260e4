"""Which parameters a loss reaches, read from autograd's graph before it runs. Knows no optimizer and no run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import torch
from torch import Tensor


def reached(nodes: list[Any], owner_bits: Mapping[int, int], wanted: int) -> int:
    """Bits of the owners whose parameters the graph under `nodes` leads to, out of `wanted`.

    `owner_bits` maps `id(parameter)` to a bit. Breadth first and no further than needed: some parameter of the
    only owner mostly stands next to the loss, so that two or three nodes are looked at, whatever the model's size.
    """
    found = 0
    for leaf in leaves(nodes):
        bit = owner_bits.get(id(leaf))
        if bit is not None:
            found |= bit
            if found & wanted == wanted:
                break
    return found


def leaves(nodes: list[Any]) -> Iterator[Tensor]:
    """The tensors into whose `.grad` a backward from `nodes` would add, nearest to the loss first."""
    accumulate = _accumulate_grad()
    queue = [node for node in nodes if node is not None]
    seen = set(queue)
    for node in queue:  # grows while it is walked
        if type(node) is accumulate:
            yield node.variable
            continue
        for child, _ in node.next_functions:
            if child is not None and child not in seen:
                seen.add(child)
                queue.append(child)


@cache
def _accumulate_grad() -> type:
    """The type of the nodes at the graph's end, which PyTorch does not export."""
    with torch.inference_mode(False), torch.enable_grad():
        node = torch.zeros((), requires_grad=True).view(()).grad_fn
    assert node is not None
    return type(node.next_functions[0][0])
