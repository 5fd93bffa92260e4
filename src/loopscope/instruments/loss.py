"""The loss over the whole training and test set, and the penalty. Knows no task."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from .cadence import LogSpaced
from .forward import SIDES, no_rows, no_tensor, outputs_on
from .instrument import Instrument, Reading
from .moment import Moment
from .quiet import quietly
from .transfer import numbers


class Loss(Instrument):
    """The criterion, in eval mode without gradients, over all rows at once (so that any criterion is exact).

    Unlike the batch's own loss it is taken after the step, with dropout off and batch norm's running statistics.
    """

    name = "loss"
    describes: ClassVar[dict[str, str]] = {
        "train": "criterion over all training rows, without penalty [units of the criterion]",
        "test": "criterion over all test rows, without penalty [units of the criterion]",
        "penalty": "what is added to the loss for the size of the weights [units of the criterion]",
    }
    example = "Loss()"
    usual = LogSpaced(16)

    def why_not(self, moment: Moment) -> str:
        if moment.criterion is None:
            return "the criterion is not known"
        return no_rows(moment) or no_tensor(moment)

    def measure(self, moment: Moment) -> Reading:
        assert moment.criterion is not None
        found: dict[str, Tensor] = {}
        for side in SIDES:
            if (pair := outputs_on(moment, side)) is not None:
                with torch.no_grad():
                    found[side] = moment.criterion(*pair).detach()
        if moment.penalty_of is not None:
            with quietly(moment.model) as model:
                found["penalty"] = torch.as_tensor(moment.penalty_of(model))
        values = dict(zip(found, numbers(list(found.values())), strict=True))
        return Reading({"penalty": float(moment.penalty)} | values)
