"""What a stack noted of its steps, as the events of each run. Takes no step."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import repeat
from typing import Any

import torch

from ...events import StepEnded
from .optimizers import Setting
from .stack import Stack

_SETTERS: tuple[Any, ...] = tuple(getattr(StepEnded, field.name).__set__ for field in fields(StepEnded))


def steps_ended(
    steps: Sequence[int],
    epochs: Iterable[int],
    samples_seen: Iterable[int],
    losses: Iterable[float],
    penalties: Iterable[float],
    lrs: Iterable[float],
) -> list[StepEnded]:
    """One event a step, equal to those that the constructor makes and in two fifths of its time.

    A frozen dataclass with slots sets each field by a call from Python; here C goes down a column at a time.
    """
    events = list(map(object.__new__, repeat(StepEnded, len(steps))))
    for put, column in zip(_SETTERS, (steps, epochs, samples_seen, losses, penalties, lrs), strict=True):
        deque(map(put, events, column), maxlen=0)
    return events


def steps_of_models(
    stack: Stack, epochs: Sequence[int], samples_seen: Sequence[int], steps: Sequence[int]
) -> Iterator[list[StepEnded]]:
    """The events of each model in turn, for the `steps` that the stack has noted."""
    count = len(stack.jobs)
    noted = [penalty for penalty in stack.penalties if penalty is not None]
    losses = torch.stack(stack.losses).T.tolist()
    penalties = torch.stack(noted).T.tolist() if noted else [[0.0] * len(steps)] * count
    for own in zip(losses, penalties, _columns(stack.lrs, count), strict=True):
        yield steps_ended(steps, epochs, samples_seen, *own)


def _columns(settings: Sequence[Setting], count: int) -> Sequence[Sequence[float]]:
    """Each model's values, step by step. One number for all may follow a value a model: after others have left."""
    varied = next((value for value in settings if isinstance(value, torch.Tensor)), None)
    if varied is None:
        return [settings] * count  # type: ignore[list-item]
    rows = [value if isinstance(value, torch.Tensor) else torch.full_like(varied, value) for value in settings]
    return torch.stack(rows).T.tolist()
