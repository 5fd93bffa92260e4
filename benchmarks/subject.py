"""What the loops are measured on: two moons, a 2-8-1 network, Adam; and the loop as one types it. Times nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import torch
from torch import Tensor, nn

from loopscope import datasets
from loopscope.datasets import Dataset
from loopscope.engines import Job, prepare
from loopscope.experiment import Data, Experiment, validate

ROWS = 286
"""Of which 200 train and 86 test."""
_loaded: dict[Data, Dataset] = {}  # made once, so that a turn is short


def experiment(batch_size: int | str, steps: int) -> Experiment:
    """The smallest job that people really run: what is added to its steps shows as on no other."""
    return validate(
        {
            "data": {"name": "moons", "samples": ROWS},
            "model": {"hidden": [8]},
            "training": {"optimizer": "adam", "lr": 0.01, "batch_size": batch_size, "steps": steps},
        }
    )


def job(asked: Experiment) -> Job:
    """Fresh parts, the same bits each time; all contestants are made of these."""
    return prepare(asked, _data(asked))


def _data(asked: Experiment) -> Dataset:
    if asked.data not in _loaded:
        _loaded[asked.data] = datasets.load(asked.data, asked.seed.data)
    return _loaded[asked.data]


def typed_loop(
    model: nn.Module,
    batches: Iterable[tuple[Any, Any]],
    criterion: Callable[[Any, Any], Tensor],
    optimizer: torch.optim.Optimizer,
) -> Iterator[float]:
    """The loop by hand, as tutorials have it, without an end; each step's loss is looked at, as one does."""
    while True:
        for inputs, targets in batches:
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            optimizer.step()
            yield loss.item()


def typed(parts: Job) -> Iterator[float]:
    """The loop by hand over a job's parts, as many steps as it has."""
    return islice(typed_loop(parts.model, parts.batches, parts.criterion, parts.optimizer), parts.total)


def exhaust(losses: Iterable[float]) -> None:
    """Take them all and keep none."""
    deque(losses, maxlen=0)
