"""Judge two loaders by the rows that come out of them, epoch by epoch."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils.data import DataLoader, TensorDataset

from loopscope.course.exercises import Work, Wrong

ROWS, TESTED, SIZE = 103, 45, 16
"""Neither number of rows is a multiple of the batch size. Of 103 rows no shuffle leaves the order by chance."""


def check(work: Work) -> None:
    training, test = TensorDataset(torch.arange(ROWS)), TensorDataset(1000 + torch.arange(TESTED))
    made = work.call("loaders", training, test, SIZE)
    if not isinstance(made, tuple) or len(made) != 2:
        raise Wrong("`loaders` should return two loaders, one for training and one for the test.")
    for_training, for_test = made
    for loader in made:
        if not isinstance(loader, DataLoader):
            raise Wrong(f"`loaders` should return two DataLoaders; one of them is `{type(loader).__name__}`.")
    epochs = [_batches(for_training) for _ in range(2)]
    _in_training(epochs)
    _in_testing([_batches(for_test) for _ in range(2)])


def _batches(loader: Any) -> list[list[int]]:
    return [rows.tolist() for (rows,) in loader]


def _in_training(epochs: list[list[list[int]]]) -> None:
    first, second = ([row for batch in epoch for row in batch] for epoch in epochs)
    if first and min(first) >= 1000:
        raise Wrong("The first loader gives the test rows: the one for training comes first.")
    if first == sorted(first):
        raise Wrong(
            "The loader for training gives the rows in the order of the dataset.",
            f"    its first batch: {_some(epochs[0][0])}",
        )
    if first == second:
        raise Wrong("The loader for training gives the second epoch in the same order as the first: shuffle each anew.")
    if len(first) < ROWS:
        raise Wrong(f"In training {ROWS - len(first)} of {ROWS} rows don't come in the epoch: is a batch dropped?")
    if len(set(first)) < ROWS:
        raise Wrong("In training some rows come twice in an epoch, and others not at all: draw without replacement.")
    _sizes(epochs[0], "training")


def _in_testing(epochs: list[list[list[int]]]) -> None:
    rows = [row for batch in epochs[0] for row in batch]
    if len(rows) < TESTED:
        raise Wrong(
            f"The test loader leaves out {TESTED - len(rows)} of {TESTED} rows: it must not drop the last batch."
        )
    if rows != sorted(rows):
        raise Wrong("The test loader shuffles, so the predictions no longer stand in the order of the file.")
    _sizes(epochs[0], "testing")


def _sizes(batches: list[list[int]], where: str) -> None:
    if (most := len(batches[0])) != SIZE:
        raise Wrong(f"`batch_size` is {SIZE}, and in {where} the first batch has {most} rows.")


def _some(rows: list[int]) -> str:
    return ", ".join(map(str, rows[:6])) + ", …"
