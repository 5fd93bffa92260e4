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
class Rows:
    """Sets of as many rows each, one after the other, and the set that each model has."""

    inputs: Tensor
    targets: Tensor
    count: int
    width: int  # numbers of a row
    set_of: Tensor
    one_set: bool
    orientation: Orientation

    @classmethod
    def of(cls, sets: Sequence[tuple[Tensor, Tensor]], orientation: Orientation) -> Rows:
        """Of each model's inputs and targets; those of equal data are the very same tensors."""
        assert len({(i.shape, t.shape) for i, t in sets}) == 1, "the seed of data decides no shape"
        places = {(id(inputs), id(targets)): (inputs, targets) for inputs, targets in sets}
        order = list(places)
        set_of = [order.index((id(inputs), id(targets))) for inputs, targets in sets]
        inputs, targets = (torch.cat(side) for side in zip(*places.values(), strict=True))
        return cls(
            orientation.laid(inputs),
            orientation.laid(targets),
            len(sets[0][0]),
            max(1, inputs[0].numel()),
            torch.tensor(set_of, device=inputs.device),
            len(places) == 1,
            orientation,
        )

    def selected(self, positions: Sequence[int]) -> Rows:
        set_of = self.set_of[list(positions)]
        return replace(self, set_of=set_of, one_set=bool((set_of == set_of[0]).all()))

    def picked(self, order: Tensor | None = None) -> Batch:
        """The rows at these places: (rows,) of the one set that all have, or (models, rows); all rows without any."""
        if order is None:
            order = torch.arange(self.count, device=self.set_of.device)
        if order.dim() == 1 and not self.one_set:
            order = order.expand(len(self.set_of), -1)
        index = order + self.count * (self.set_of[0] if order.dim() == 1 else self.set_of.unsqueeze(1))
        inputs, targets = (self.orientation.picked(laid, index) for laid in (self.inputs, self.targets))
        return Batch(inputs, targets, order.dim() == 1, order.shape[-1])


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
    """One batch after another of `rows`, in the order that each model has.

    `drawn` (orders, rows) is the pass in progress, of which `seen` rows were given.
    """

    rows: Rows
    orders: list[Order]
    order_of: list[int]
    size: int
    drawn: Tensor | None = None
    seen: int = 0
    ahead: Iterator[Batch] | None = None

    @classmethod
    def of(cls, batches: Sequence[Batches], orientation: Orientation) -> Feed:
        """What these runs would be given one by one."""
        orders = {_order(each): Order(each.generator, each.reseed) for each in batches}
        places = list(orders)
        return cls(
            Rows.of([(each.inputs, each.targets) for each in batches], orientation),
            list(orders.values()),
            [places.index(_order(each)) for each in batches],
            batches[0].size,
        )

    def selected(self, positions: Sequence[int]) -> Feed:
        """Of these models only, in the middle of the pass where they are."""
        order_of = [self.order_of[position] for position in positions]
        return replace(self, rows=self.rows.selected(positions), order_of=order_of, ahead=None)

    @property
    def left(self) -> int:
        """Batches that are left of the pass, all where it is over."""
        return -(-(self.rows.count - self.seen) // self.size)

    def next(self) -> Batch:
        """The next batch of every model; a new pass begins where one has ended."""
        batch = next(self.ahead, None) if self.ahead else None
        if batch is None:
            self.ahead = self._whole() if self.size >= self.rows.count else self._pass()
            batch = next(self.ahead)
        self.seen = (self.seen + batch.rows) % self.rows.count
        return batch

    def _whole(self) -> Iterator[Batch]:
        """All rows as they stand, again and again: nothing shuffles what is seen at once."""
        batch = self.rows.picked()
        while True:
            yield batch

    def _pass(self) -> Iterator[Batch]:
        """What is left of the pass in progress, or all of a new one."""
        if self.seen == 0 or self.drawn is None:
            drawn = torch.stack([order.next_pass(self.rows.count) for order in self.orders])
            self.drawn = drawn.to(self.rows.set_of.device)
        one = len(set(self.order_of)) == 1
        order = self.drawn[self.order_of[0]] if one else self.drawn
        if not one and self.order_of != list(range(len(self.orders))):
            order = self.drawn[self.order_of]  # (models, rows)
        a_batch = self.size * self.rows.width * (1 if one else len(self.order_of))
        span = max(1, SPAN // a_batch) * self.size
        for some in order[..., self.seen :].split(span, -1):
            yield from self._cut(self.rows.picked(some))

    def _cut(self, span: Batch) -> Iterator[Batch]:
        """One batch after another of what was gathered; the last one of a pass may be shorter."""
        axis = self.rows.orientation.row_axis(span.shared)
        pairs = zip(span.inputs.split(self.size, axis), span.targets.split(self.size, axis), strict=True)
        for inputs, targets in pairs:
            yield Batch(inputs, targets, span.shared, inputs.shape[axis])


def _order(batches: Batches) -> tuple[int | None, int | None]:
    """What decides the order; two runs that have it in common go through their rows alike."""
    return None if batches.generator is None else batches.generator.initial_seed(), batches.reseed
