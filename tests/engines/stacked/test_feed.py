"""What a stack is fed is exactly what each run would be fed alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from loopscope.engines.stacked import feed as feed_module
from loopscope.engines.stacked.feed import Feed
from loopscope.engines.stacked.orientation import Orientation, RowsFirst, RowsLast
from loopscope.loop import Batches

ROWS = 23


def data(number: int, classes: bool = False) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(number)
    inputs = torch.randn(ROWS, 3, generator=generator)
    return inputs, (torch.arange(ROWS) + number) % 5 if classes else torch.randn(ROWS, 1, generator=generator)


def batches(sets: Sequence[tuple[Tensor, Tensor]], orders: Sequence[int | None], size: int) -> list[Batches]:
    generators = [None if seed is None else torch.Generator().manual_seed(seed) for seed in orders]
    return [Batches(*some, size, generator) for some, generator in zip(sets, generators, strict=True)]


def one_by_one(given: list[Batches], passes: int) -> list[list[tuple[Tensor, Tensor]]]:
    return [[batch for _ in range(passes) for batch in each] for each in given]


@pytest.mark.parametrize("orientation", [RowsLast(), RowsFirst()])
@pytest.mark.parametrize("classes", [False, True])
@pytest.mark.parametrize("size", [5, 23, 22, 1])
@pytest.mark.parametrize(
    ("sets", "orders"),
    [([0, 0, 0], [1, 1, 1]), ([0, 0, 0], [1, 2, 1]), ([0, 1, 0], [3, 3, 3]), ([0, 1, 2], [None, 4, None])],
)
def test_each_model_gets_its_own_batches(
    sets: list[int],
    orders: list[int | None],
    size: int,
    classes: bool,
    orientation: Orientation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed_module, "SPAN", 60)  # several gathers a pass
    held = {number: data(number, classes) for number in sets}
    wanted = one_by_one(batches([held[n] for n in sets], orders, size), passes=3)
    feed = Feed.of(batches([held[n] for n in sets], orders, size), orientation)
    for step in range(len(wanted[0])):
        batch = feed.next()
        assert batch.shared == (len(set(sets)) == 1 and (size >= ROWS or len(set(orders)) == 1))
        for position, own in enumerate(wanted):
            inputs, targets = own[step]
            assert batch.rows == len(inputs)
            assert torch.equal(orientation.of_model(batch.inputs, position, batch.shared), inputs)
            assert torch.equal(orientation.of_model(batch.targets, position, batch.shared), targets)


@pytest.mark.parametrize("at", [3, 5, 10])
def test_fewer_models_go_on_in_the_middle_of_a_pass(at: int) -> None:
    sets, orders = [data(0), data(1), data(0)], [1, 2, 3]
    wanted = one_by_one(batches(sets, orders, 5), passes=4)
    feed = Feed.of(batches(sets, orders, 5), RowsLast())
    for _ in range(at):
        feed.next()
    feed = feed.selected([0, 2])
    for step in range(at, len(wanted[0])):
        batch = feed.next()
        for position, number in enumerate((0, 2)):
            assert torch.equal(RowsLast().of_model(batch.inputs, position, batch.shared), wanted[number][step][0])


def test_what_is_left_of_a_pass_is_known() -> None:
    feed = Feed.of(batches([data(0)], [1], 5), RowsLast())
    left = [feed.left]
    for _ in range(6):
        feed.next()
        left.append(feed.left)
    assert left == [5, 4, 3, 2, 1, 5, 4]
