"""Forward passes that leave no trace, in pieces that fit the memory. Knows no instrument."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor, nn

from ..errors import LoopscopeError
from .anatomy import device_of
from .moment import Arguments, Moment
from .quiet import quietly

Side: TypeAlias = Literal["train", "test"]
SIDES: tuple[Side, ...] = ("train", "test")

PIECE = 4096
"""Rows of one forward pass over a whole set: bounds the memory of activations, not the set."""


def call(model: nn.Module, inputs: Any) -> Any:
    """What the model puts out for what a `Moment` holds as inputs."""
    if isinstance(inputs, Arguments):
        return model(*inputs.args, **inputs.kwargs)
    return model(inputs)


def outputs_for(model: nn.Module, inputs: Tensor) -> Tensor:
    """Outputs (rows, …) of a silent model for inputs (rows, …), on the model's device, piece by piece.

    Raises `LoopscopeError` where the model puts out something else than one tensor.
    """
    device = device_of(model)
    pieces = [model(piece.to(device)) for piece in inputs.split(PIECE)]
    for piece in pieces:
        if not isinstance(piece, Tensor):
            raise LoopscopeError(f"the model puts out {type(piece).__name__}; only a single tensor can be measured")
    return pieces[0] if len(pieces) == 1 else torch.cat(pieces)


def outputs_on(moment: Moment, side: Side) -> tuple[Tensor, Tensor] | None:
    """Outputs and targets of a whole set in eval mode; None where there are no rows.

    Test rows are put to the averaged weights, where there are any: those are what one would ship.

    Within one round (see round.py) loss and metrics share the pass.
    """
    rows = moment.train if side == "train" else moment.test
    if rows is None or not len(rows[0]):
        return None
    inputs, targets = rows
    kept = moment.shared
    outputs = kept.get(side) if kept is not None else None
    if outputs is None:
        asked = moment.averaged if side == "test" and moment.averaged is not None else moment.model
        with quietly(asked) as model:
            outputs = outputs_for(model, inputs)
        if kept is not None:
            kept[side] = outputs
    return outputs, targets.to(outputs.device)


@contextmanager
def sharing(moment: Moment) -> Iterator[None]:
    """While it lasts, nothing trains, so forward passes over whole sets are made once."""
    moment.shared = {}
    try:
        yield
    finally:
        moment.shared = None


def probe(moment: Moment, rows: int) -> Any:
    """At most `rows` inputs, evenly spread over the training set (or the batch), the same ones every time."""
    inputs = moment.train[0] if moment.train is not None and len(moment.train[0]) else moment.inputs
    if not isinstance(inputs, Tensor):
        return inputs
    spread = inputs[:: math.ceil(len(inputs) / rows)] if inputs.ndim and len(inputs) > rows else inputs
    return spread.to(device_of(moment.model))


def no_tensor(moment: Moment) -> str:
    """Why the model's outputs cannot be measured as one tensor; empty where they can, as far as is known."""
    if moment.outputs is not None and not isinstance(moment.outputs, Tensor):
        return f"the model puts out {type(moment.outputs).__name__}, not a single tensor"
    return ""


def no_rows(moment: Moment) -> str:
    """Why nothing can be said of whole sets."""
    if any(rows is not None and len(rows[0]) for rows in (moment.train, moment.test)):
        return ""
    return "neither training nor test rows are known"
