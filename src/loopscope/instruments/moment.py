"""What an instrument may look at: one moment of a training loop. Holds references only; copies and computes nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from torch import Tensor, nn
from torch.optim import Optimizer

from ..experiment.vocabulary import Task

Bounds: TypeAlias = tuple[tuple[float, float], ...]
"""Lowest and highest value of each raw input, in its own units."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """Inputs of a model whose `forward` takes more than one tensor; called as `model(*args, **kwargs)`."""

    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(slots=True, eq=False)
class Moment:
    """One moment of a loop, right before or after optimizer step number `step` (0: before the first).

    Mutable, so that a driver fills one and uses it for the whole run. Only `model` and `step` are needed;
    an instrument that misses something says so in `why_not`. Gradients of the step stand in `parameter.grad`.
    """

    model: nn.Module
    step: int
    epoch: int = 0
    samples_seen: int = 0
    optimizer: Optimizer | None = None
    criterion: Callable[[Any, Any], Tensor] | None = None  # (outputs, targets) → scalar, without penalty
    task: Task | None = None
    inputs: Any = None  # what the model was called with: one argument, or `Arguments`
    targets: Any = None
    outputs: Any = None  # of the step's forward pass: logits, or values in regression
    loss: float = math.nan
    penalty: float = 0.0
    lr: float = math.nan
    train: tuple[Tensor, Tensor] | None = None  # inputs (rows, …), targets (rows, …)
    test: tuple[Tensor, Tensor] | None = None
    encode: Callable[[np.ndarray], Tensor] | None = None  # raw (n, raw columns) → inputs (n, features)
    raw_bounds: Bounds | None = None  # one pair a raw input; set where there are one or two of them
    raw_train: np.ndarray | None = None  # (rows, raw columns), for whoever draws the points
    averaged: nn.Module | None = None  # the model with averaged weights, by which the test rows are judged
    class_count: int | None = None
    target_scale: float = 1.0  # units of a regression's target in one unit as the model sees it
    penalty_of: Callable[[nn.Module], Tensor] | None = None
    seconds: float = math.nan  # wall clock since the loop began
    shared: dict[str, Any] | None = field(default=None, repr=False)  # one round's forward passes; see round.py
