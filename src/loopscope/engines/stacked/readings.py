"""What `loss`, `metrics` and `decision_surface` would read of each model, for all models at once. Knows no cadence.

A reading by the instrument itself costs many steps of a small model. All are functions of outputs over whole sets, so
here the outputs of all models come of one pass, and a number of all models of one operation; a test holds each reading
to the instrument's own. Whatever else measures looks at one model after another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from ...instruments import Instrument
from ...instruments.decision_surface import DecisionSurface, shown
from ...instruments.forward import SIDES, Side
from ...instruments.instrument import COST
from ...instruments.loss import Loss
from ...instruments.metrics import DRAWN_ROWS, Metrics
from ..panel import moment_of
from .stack import Stack


@dataclass(slots=True)
class Read:
    """Of one model: numbers and arrays by key."""

    values: dict[str, float] = field(default_factory=dict[str, float])
    arrays: dict[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])


@dataclass(frozen=True, slots=True)
class Judged:
    """Outputs (models, rows, outputs) and targets of all models, (models, rows, outputs) or classes (models, rows)."""

    outputs: Tensor
    targets: Tensor
    classes: int
    units: Tensor  # (models,) of a regression's target in one unit as the model sees it


Columns: TypeAlias = tuple[dict[str, Tensor], dict[str, Tensor]]
"""Numbers (models,) and arrays (models, …) by key."""


def read_together(instrument: Instrument, stack: Stack) -> bool:
    """Whether this instrument's reading of each model of the stack can be had from here."""
    if type(instrument) is Loss:
        return True
    if type(instrument) is DecisionSurface:
        return _over_one_plane(instrument, stack)
    return type(instrument) is Metrics and stack.jobs[0].dataset.task in JUDGES


def readings(instruments: Sequence[Instrument], stack: Stack) -> list[list[Read]]:
    """For each of these instruments, what it reads of each model as the stack stands."""
    sides: dict[Side, tuple[Tensor, Tensor]] = {}
    found: list[list[Read]] = []
    for instrument in instruments:
        begun = instrument.clock()
        if type(instrument) is DecisionSurface:
            found.append(_surfaces(instrument, stack, begun))
            continue
        for side in SIDES if not sides else ():
            if len(getattr(stack.jobs[0].dataset, side)):
                sides[side] = stack.looked_over(side)
        columns = _losses(stack, sides) if type(instrument) is Loss else _metrics(stack, sides)
        reads = _by_model(columns, len(stack.jobs))
        cost = (instrument.clock() - begun) / len(reads)
        for read in reads:
            read.values[COST] = cost
        found.append(reads)
    return found


def _over_one_plane(instrument: DecisionSurface, stack: Stack) -> bool:
    """Whether all models see the same rows, so that one grid is everybody's."""
    first = stack.jobs[0]
    same = all(job.dataset is first.dataset for job in stack.jobs)
    return same and not instrument.why_not(moment_of(first))


def _surfaces(instrument: DecisionSurface, stack: Stack, begun: float) -> list[Read]:
    job, orientation = stack.jobs[0], stack.net.orientation
    grid = instrument.plane.grid(moment_of(job))
    inputs = orientation.laid(grid.inputs.to(stack.flat.device))
    pieces = inputs.split(stack.rows_a_look, orientation.row_axis(True))
    with torch.no_grad():
        said = torch.cat([stack.net.outputs(piece, True, False) for piece in pieces], orientation.row_axis(False))
    each = [shown(own, job.dataset.task) for own in orientation.rows_first(said).float().cpu()]  # (…, points)
    cost = (instrument.clock() - begun) / len(each)
    return [Read({COST: cost}, grid.axes | {"values": own.view(*own.shape[:-1], *grid.shape).numpy()}) for own in each]


def _losses(stack: Stack, sides: dict[Side, tuple[Tensor, Tensor]]) -> Columns:
    penalty = torch.zeros(len(stack.jobs)) if stack.penalty is None else stack.penalty().detach()
    return {"penalty": penalty, **{side: stack.net.losses(*pair, False) for side, pair in sides.items()}}, {}


def _metrics(stack: Stack, sides: dict[Side, tuple[Tensor, Tensor]]) -> Columns:
    values: dict[str, Tensor] = {}
    arrays: dict[str, Tensor] = {}
    data = [job.dataset for job in stack.jobs]
    units = torch.tensor([float(each.scaling.target_scale) for each in data], dtype=torch.float64)
    for side, pair in sides.items():
        outputs, targets = (stack.net.orientation.rows_first(part).cpu() for part in pair)
        judged = Judged(outputs, targets, len(data[0].class_names), units)
        numbers, tables = JUDGES[data[0].task](judged)
        values |= {f"{side}_{key}": number for key, number in numbers.items()}
        arrays |= {f"{side}_{key}": table for key, table in tables.items()}
    return values, arrays


def _by_model(columns: Columns, count: int) -> list[Read]:
    numbers = {key: column.double().tolist() for key, column in columns[0].items()}
    tables = {key: column.numpy() for key, column in columns[1].items()}
    return [
        Read({key: own[n] for key, own in numbers.items()}, {key: own[n] for key, own in tables.items()})
        for n in range(count)
    ]


def binary(judged: Judged) -> Columns:
    logits = judged.outputs.flatten(1)  # (models, rows): one output each
    return _classes((logits > 0).long(), judged.targets.flatten(1).round().long(), ~logits.isnan(), 2)


def multiclass(judged: Judged) -> Columns:
    classes = max(judged.classes, judged.outputs.shape[2])
    return _classes(judged.outputs.argmax(2), judged.targets.long(), ~judged.outputs.isnan().any(2), classes)


def _classes(said: Tensor, true: Tensor, sound: Tensor, classes: int) -> Columns:
    right = torch.where(sound.all(1), (said == true).double().mean(1), math.nan)
    cells = classes * classes
    own = torch.arange(len(said)).unsqueeze(1) * cells + true * classes + said  # (models, rows): a cell of each model's
    counts = torch.bincount(own[sound], minlength=len(said) * cells).view(len(said), classes, classes)
    return {"accuracy": right}, {"confusion": counts}


def regression(judged: Judged) -> Columns:
    outputs, targets = judged.outputs.double(), judged.targets.double()  # (models, rows, outputs)
    wrong = outputs - targets
    spread = (targets - targets.mean(1, keepdim=True)).square().sum(1)  # (models, outputs)
    explained = torch.where(spread > 0, 1 - wrong.square().sum(1) / spread, torch.nan)
    return {
        "r2": explained.mean(1),
        "mae": wrong.abs().flatten(1).mean(1) * judged.units,
        "rmse": wrong.square().flatten(1).mean(1).sqrt() * judged.units,
    }, {"said": outputs[:, :DRAWN_ROWS].float(), "true": targets[:, :DRAWN_ROWS].float()}


JUDGES: dict[Any, Callable[[Judged], Columns]] = {"binary": binary, "multiclass": multiclass, "regression": regression}
"""By task; characters are left to the instrument."""
