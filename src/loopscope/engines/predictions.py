"""What the model says of each row that is drawn: a class, or a value in the target's own unit. Leaves no trace."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from ..datasets import Split
from ..events import Measured
from ..instruments import quietly
from .job import Job
from .telling import DRAWN_ROWS

NAME = "predictions"


def why_none(job: Job) -> str:
    """Why there is nothing to predict row by row; "" where there is."""
    return "text is predicted character by character, not row by row" if job.dataset.task == "next-character" else ""


def predictions(job: Job, step: int) -> Measured:
    """Of the rows that `data` tells, in their order: `train` (rows,) and `test` (rows,).

    Classes are int32, -1 where an output is not a number; a binary model with one output says class 1 where its logit
    is above 0. Values are float64 in the unit of `train_targets`. Test rows are put to the averaged weights, where
    there are any, as loss and metrics do.
    """
    assert not why_none(job)
    ahead = job.averaged if job.averaged is not None else job.model
    train, test = job.dataset.train, job.dataset.test
    arrays = {"train": _said(job, job.model, train), "test": _said(job, ahead, test)}
    return Measured(step, NAME, arrays=arrays)


def _said(job: Job, model: nn.Module, rows: Split) -> np.ndarray:
    if not len(rows.inputs):
        return np.empty(0, dtype=np.float64 if job.dataset.task == "regression" else np.int32)
    with quietly(model) as silent:
        outputs: Tensor = silent(rows.inputs[:DRAWN_ROWS].to(job.batches.inputs.device))  # (rows, outputs)
    if job.dataset.task == "regression":
        scaling = job.dataset.scaling
        return outputs.double().cpu().numpy()[:, 0] * float(scaling.target_scale) + float(scaling.target_center)
    said = outputs.argmax(1) if outputs.shape[1] > 1 else (outputs[:, 0] > 0).long()
    return torch.where(outputs.isnan().any(1), -1, said).int().cpu().numpy()
