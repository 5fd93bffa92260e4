"""Which rows each model of a stack sees next, gathered for all of them at once. Knows no model and no loss.

Each model goes through its rows in the order that the serial engine's `Batches` would give it. Models that share their
data, or the seed of their order, share the memory and the draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ...loop import Batches
from .orientation import Orientation

SPAN = 2**20
"""Numbers that are gathered at once: many small batches in one go, a few megabytes of them."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs and targets of the next batch as a net wants them; `shared` where all models see the same rows."""

    inputs: Tensor
    targets: Tensor
    shared: bool
    rows: int


@dataclass(slots=True)
class Order:
    """How one or several models go through their rows: as `Batches` does."""

    generator: torch.Generator | None
    reseed: int | None

    def next_pass(self, rows: int) -> Tensor:
        if self.generator is None:
            return torch.arange(rows)
        if self.reseed is not None:
            self.generator.manual_seed(self.reseed)
        return torch.randperm(rows, generator=self.generator)


@dataclass(slots=True)
class Feed:
    """`inputs` (sets, rows, …) and `targets` of every set of data, and `set_of` each model; `orders` likewise.

    `drawn` (orders, rows) is the pass in progress, of which `seen` rows were given.
    """

    inputs: Tensor
    targets: Tensor
    set_of: list[int]
    orders: list[Order]
    order_of: list[int]
    size: int
    orientation: Orientation
    drawn: Tensor | None = None
    seen: int = 0
    ahead: Iterator[Batch] | None = None

    @classmethod
    def of(cls, batches: Sequence[Batches], orientation: Orientation) -> Feed:
        """What these runs would be given one by one; those of equal data hold the very same tensors."""
        sets = {(id(b.inputs), id(b.targets)): b for b in batches}
        orders = {_order(b): Order(b.generator, b.reseed) for b in batches}
        return cls(
            inputs=torch.stack([b.inputs for b in sets.values()]),
            targets=torch.stack([b.targets for b in sets.values()]),
            set_of=[list(sets).index((id(b.inputs), id(b.targets))) for b in batches],
            orders=list(orders.values()),
            order_of=[list(orders).index(_order(b)) for b in batches],
            size=batches[0].size,
            orientation=orientation,
        )

    @property
    def rows(self) -> int:
        """Of one pass."""
        return self.inputs.shape[1]

    @property
    def whole(self) -> bool:
        """Whether a batch is all rows, which nothing shuffles."""
        return self.size >= self.rows

    @property
    def shared(self) -> bool:
        """Whether all models see the same rows at the same time."""
        return len(set(self.set_of)) == 1 and (self.whole or len(set(self.order_of)) == 1)

    def selected(self, positions: Sequence[int]) -> Feed:
        """Only these models, in the middle of the pass where they are."""
        return replace(
            self,
            set_of=[self.set_of[p] for p in positions],
            order_of=[self.order_of[p] for p in positions],
            ahead=None,
        )

    def next(self) -> Batch:
        """The next batch of every model; a new pass begins where one has ended."""
        batch = next(self.ahead, None) if self.ahead else None
        if batch is None:
            self.ahead = self._gathered()
            batch = next(self.ahead)
        self.seen = (self.seen + batch.rows) % self.rows
        return batch

    @property
    def left(self) -> int:
        """Batches that are left of the pass, all where it is over."""
        return -(-(self.rows - self.seen) // self.size)

    def _gathered(self) -> Iterator[Batch]:
        if self.whole:
            whole = self._batch(None, self.shared)
            while True:
                yield whole
        if self.seen == 0 or self.drawn is None:
            self.drawn = torch.stack([order.next_pass(self.rows) for order in self.orders]).to(self.inputs.device)
        shared = self.shared
        order = self.drawn[self.order_of[0]] if shared else self.drawn[self.order_of]  # ([models,] rows)
        a_row = max(1, self.inputs[0, 0].numel()) * (1 if shared else len(self.set_of))
        span = max(1, SPAN // (a_row * self.size)) * self.size
        for some in order[..., self.seen :].split(span, -1):
            yield from self._cut(self._batch(some, shared))

    def _cut(self, span: Batch) -> Iterator[Batch]:
        """One batch after another of what was gathered; the last one of a pass may be shorter."""
        axis = self.orientation.row_axis(span.shared)
        for inputs, targets in zip(
            span.inputs.split(self.size, axis), span.targets.split(self.size, axis), strict=True
        ):
            yield Batch(inputs, targets, span.shared, inputs.shape[axis])

    def _batch(self, order: Tensor | None, shared: bool) -> Batch:
        chosen = (self._rows(source, order, shared) for source in (self.inputs, self.targets))
        inputs, targets = (self.orientation.oriented(rows, shared) for rows in chosen)
        return Batch(inputs, targets, shared, self.rows if order is None else order.shape[-1])

    def _rows(self, source: Tensor, order: Tensor | None, shared: bool) -> Tensor:
        if shared:
            own = source[self.set_of[0]]
            return own if order is None else own[order]
        if order is None:
            return source[self.set_of]
        return source[torch.tensor(self.set_of, device=order.device).unsqueeze(1), order]


def _order(batches: Batches) -> tuple[int | None, int | None]:
    """What decides the order; two runs that have it in common go through their rows alike."""
    return None if batches.generator is None else batches.generator.initial_seed(), batches.reseed
