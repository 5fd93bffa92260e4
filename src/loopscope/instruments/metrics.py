"""How good the model is at its task: accuracy and confusion, R² and errors, perplexity. Knows no loss function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from ..errors import LoopscopeError
from ..experiment.vocabulary import Task
from .cadence import LogSpaced
from .forward import SIDES, no_rows, no_tensor, outputs_on
from .instrument import Instrument, Reading
from .moment import Moment

DRAWN_ROWS = 2000
"""Rows whose prediction is kept for a figure; more would not be seen."""


class Metrics(Instrument):
    """What the task is judged by, over all training and all test rows, in eval mode without gradients.

    A binary model with one output says class 1 where its logit is above 0 (probability above one half). Where an
    output is NaN the number is NaN, and the confusion counts leave that row out. R² is one minus the residual sum of
    squares over the total sum of squares about the mean (scikit-learn's `r2_score`, averaged over outputs), NaN
    where all targets are equal. Perplexity is e to the mean cross-entropy in nats.
    """

    name = "metrics"
    describes: ClassVar[dict[str, str]] = {
        "{side}_accuracy": "share of rows (of characters, in next-character) that are right [0 to 1]",
        "{side}_confusion": "rows counted by true class (row) and class said (column) [rows, an array]",
        "{side}_r2": "share of the targets' variance that is explained [at most 1]",
        "{side}_mae": "mean absolute error [units of the target, unscaled]",
        "{side}_rmse": "root of the mean squared error [units of the target, unscaled]",
        "{side}_said": "what the model says for each of at most 2,000 rows, (rows, outputs) [as the targets, an array]",
        "{side}_true": "the targets of those rows, (rows, outputs) [units as the model sees them, an array]",
        "{side}_perplexity": "as many equally likely characters would be as hard to guess among [1 or more]",
    }
    example = "Metrics()"
    usual = LogSpaced(16)

    def why_not(self, moment: Moment) -> str:
        if moment.task is None:
            return "the task is not known"
        return no_rows(moment) or no_tensor(moment)

    def measure(self, moment: Moment) -> Reading:
        assert moment.task is not None
        reading = Reading()
        for side in SIDES:
            if (pair := outputs_on(moment, side)) is not None:
                outputs, targets = (tensor.detach().cpu() for tensor in pair)
                judged = JUDGES[moment.task](Judged(outputs, targets, moment.class_count, moment.target_scale))
                reading.values.update({f"{side}_{key}": value for key, value in judged.values.items()})
                reading.arrays.update({f"{side}_{key}": array for key, array in judged.arrays.items()})
        return reading


@dataclass(frozen=True, slots=True)
class Judged:
    """Outputs and targets to be compared, on the CPU."""

    outputs: Tensor
    targets: Tensor
    classes: int | None
    unit: float = 1.0

    def mismatch(self, wanted: str) -> LoopscopeError:
        shapes = f"outputs {tuple(self.outputs.shape)} and targets {tuple(self.targets.shape)}"
        return LoopscopeError(f"metrics cannot compare {shapes}; {wanted} wanted")


def binary(judged: Judged) -> Reading:
    outputs = judged.outputs.flatten(1) if judged.outputs.ndim > 1 else judged.outputs[:, None]  # (rows, 1 or 2)
    targets = judged.targets.flatten()  # (rows,)
    if outputs.shape[1] not in (1, 2) or len(outputs) != len(targets):
        raise judged.mismatch("(rows, 1) or (rows, 2) with one target a row")
    said = outputs.argmax(1) if outputs.shape[1] == 2 else (outputs[:, 0] > 0).long()
    return _classes(said, targets.round().long(), ~outputs.isnan().any(1), 2)


def multiclass(judged: Judged) -> Reading:
    outputs, targets = judged.outputs, judged.targets.flatten()  # (rows, classes), (rows,)
    if outputs.ndim != 2 or len(outputs) != len(targets):
        raise judged.mismatch("(rows, classes) with one target a row")
    classes = max(judged.classes or 0, outputs.shape[1])
    return _classes(outputs.argmax(1), targets.long(), ~outputs.isnan().any(1), classes)


def _classes(said: Tensor, true: Tensor, sound: Tensor, classes: int) -> Reading:
    known = (true >= 0) & (true < classes)  # a negative class is cross-entropy's mark for "ignore this row"
    right = (said == true)[known].double().mean().item() if sound.all() else float("nan")
    pairs = (true * classes + said)[sound & known]
    counts = torch.bincount(pairs, minlength=classes * classes).reshape(classes, classes)
    return Reading({"accuracy": right}, {"confusion": counts.numpy()})


def regression(judged: Judged) -> Reading:
    if judged.outputs.numel() != judged.targets.numel():
        raise judged.mismatch("as many outputs as targets")
    # rows first, then columns: (rows,) minus (rows, 1) would be a table of all pairs
    outputs = judged.outputs.reshape(len(judged.outputs), -1).double()  # (rows, outputs)
    targets = judged.targets.reshape(len(judged.targets), -1).double()  # (rows, outputs)
    wrong = outputs - targets
    spread = (targets - targets.mean(0)).square().sum(0)  # (outputs,)
    explained = torch.where(spread > 0, 1 - wrong.square().sum(0) / spread, torch.nan)
    return Reading(
        {
            "r2": explained.mean().item(),
            "mae": wrong.abs().mean().item() * judged.unit,
            "rmse": wrong.square().mean().sqrt().item() * judged.unit,
        },
        {"said": outputs[:DRAWN_ROWS].float().numpy(), "true": targets[:DRAWN_ROWS].float().numpy()},
    )


def next_character(judged: Judged) -> Reading:
    outputs, targets = judged.outputs, judged.targets.long()  # (rows, context, characters), (rows, context)
    if outputs.shape[:-1] != targets.shape and outputs[:, 0].shape == targets.shape:
        outputs = outputs.movedim(1, -1)  # cross-entropy's own order: (rows, characters, context)
    if outputs.shape[:-1] != targets.shape:
        raise judged.mismatch("(rows, context, characters) and (rows, context)")
    logits, wanted = outputs.flatten(0, -2).float(), targets.flatten()
    right = (logits.argmax(1) == wanted)[wanted >= 0].double().mean()  # negative: to be ignored
    surprise = functional.cross_entropy(logits, wanted)  # nats a character
    known = not logits.isnan().any()
    return Reading({"accuracy": right.item() if known else float("nan"), "perplexity": surprise.exp().item()})


JUDGES: dict[Task, Callable[[Judged], Reading]] = {
    "binary": binary,
    "multiclass": multiclass,
    "regression": regression,
    "next-character": next_character,
}
