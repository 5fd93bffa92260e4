"""Rows in, batches out. Knows nothing of what a row means; all randomness is the generator it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import torch
from torch import Tensor

T = TypeVar("T")


@dataclass(slots=True)
class Batches:
    """One pass over all rows each time it is iterated: shuffled anew, cut into `size` rows, the last batch shorter.

    `inputs` (rows, …) and `targets` (rows, …). Without a generator rows keep their order; with `size` of all rows
    nothing is shuffled, as order does not matter to a mean. `reseed` sets the generator back before each pass, a
    known fault that makes every epoch's order the same.

    To go on in the middle of a pass, set the generator to `began`, its state before that pass, and `skip` to the rows
    that were seen of it; the next pass leaves these out, and only that one.
    """

    inputs: Tensor
    targets: Tensor
    size: int
    generator: torch.Generator | None = None
    reseed: int | None = None
    skip: int = 0
    began: Tensor | None = None

    def __len__(self) -> int:
        return -(-len(self.inputs) // self.size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        rows = len(self.inputs)
        skip, self.skip = self.skip, 0
        if self.size >= rows and not skip:
            yield self.inputs, self.targets
            return
        if self.generator is None:
            order = torch.arange(rows)
        else:
            if self.reseed is not None:
                self.generator.manual_seed(self.reseed)
            self.began = self.generator.get_state()
            order = torch.randperm(rows, generator=self.generator)
        for batch in order[skip:].to(self.inputs.device).split(self.size):
            yield self.inputs[batch], self.targets[batch]


def grouped(batches: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """`batches` in groups of `size`; the last one may be smaller."""
    if size == 1:
        return zip(batches)  # the common case, at C's speed
    stream = iter(batches)
    return iter(lambda: tuple(islice(stream, size)), ())
