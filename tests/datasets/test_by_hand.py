"""Points set by hand: their task, their classes, and which of them are held back as they grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from loopscope.datasets import Dataset, load
from loopscope.experiment import Data


def by_hand(rows: Sequence[Sequence[float]], seed: int = 0, **more: Any) -> Dataset:
    return load(Data.model_validate({"name": "points", "points": [list(row) for row in rows], **more}), seed)


ROWS = [(at * 37 % 61 / 30 - 1, at * 53 % 67 / 33.5 - 1, at % 2) for at in range(60)]


@pytest.mark.parametrize(
    ("classes", "task", "names"),
    [
        ((0, 1), "binary", ("class 0", "class 1")),
        ((0, 0), "binary", ("class 0", "class 1")),
        ((1, 3), "multiclass", ("class 0", "class 1", "class 2", "class 3")),
    ],
)
def test_the_largest_class_decides_how_many_there_are(classes: Any, task: str, names: Any) -> None:
    dataset = by_hand([(0.5, at, number) for at, number in enumerate(classes)])
    assert (dataset.task, dataset.class_names, dataset.target_name) == (task, names, "class")
    assert (dataset.raw_names, dataset.outputs) == (("x1", "x2"), 1 if task == "binary" else 4)


def test_rows_of_two_numbers_are_a_curve() -> None:
    dataset = by_hand([(0, 5), (1, 7), (2, 9)], test_fraction=0.0)
    assert (dataset.task, dataset.raw_names, dataset.target_name) == ("regression", ("x",), "y")
    assert sorted(zip(dataset.train.raw[:, 0], dataset.train.raw_targets, strict=True)) == [(0, 5), (1, 7), (2, 9)]
    assert dataset.scaling.target_scale == 1.0


def test_a_class_without_a_training_row_is_said_to_be_missing() -> None:
    assert "No training row is of the class class 1, so it cannot be learned." in by_hand([(0, 0, 0), (1, 1, 0)]).report


@pytest.mark.parametrize("seed", range(5))
def test_a_point_that_is_added_leaves_the_others_on_their_side(seed: int) -> None:
    for count in range(2, len(ROWS)):
        before, after = (set(by_hand(ROWS[:n], seed).test.rows.tolist()) for n in (count, count + 1))
        assert len((before ^ after) - {count}) <= 1


def test_other_seeds_hold_back_other_points() -> None:
    sides = {tuple(sorted(by_hand(ROWS, seed).test.rows.tolist())) for seed in range(5)}
    assert len(sides) == 5 and all(len(side) == 18 for side in sides)


def test_there_is_room_around_the_points_for_more() -> None:
    (left, right), (low, high) = by_hand([(0, 3, 0), (2, 3, 1)]).bounds
    assert left == pytest.approx(-1.2) and right == pytest.approx(3.2)
    assert (low, high) == pytest.approx((2.4, 3.6))  # all on one line: that line is not the edge of everything
    many = by_hand([(at / 99, at, 0) for at in range(100)]).bounds[0]
    assert many == pytest.approx([-0.11, 1.11])
