"""How long the gradient is, as it stands in `.grad`. Never computes a gradient."""

from __future__ import annotations

from typing import ClassVar

from .anatomy import gradients
from .cadence import Every
from .instrument import Instrument, Reading
from .moment import Moment
from .norms import norms, total


class GradientNorm(Instrument):
    """L2 norm of the step's gradient, whole and by parameter, after clipping where there is any.

    Parameters without a gradient have no number; where none has one, the reading is empty.
    """

    name = "gradient_norm"
    describes: ClassVar[dict[str, str]] = {
        "total": "L2 norm of the gradient of all parameters together [loss per unit of weight]",
        "{parameter}": "L2 norm of the gradient of one parameter tensor [loss per unit of weight]",
    }
    example = "GradientNorm()"
    usual = Every(10)

    def measure(self, moment: Moment) -> Reading:
        named = dict(gradients(moment.model))
        if not named:
            return Reading()
        lengths = norms(list(named.values()))
        return Reading({"total": total(lengths)} | dict(zip(named, lengths, strict=True)))
