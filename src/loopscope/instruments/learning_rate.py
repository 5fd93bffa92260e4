"""The learning rate of each parameter group, as the optimizer holds it. Never sets one."""

from __future__ import annotations

import math
from typing import ClassVar

from .cadence import Every
from .instrument import Instrument, Reading
from .moment import Moment


class LearningRate(Instrument):
    """What each parameter group's next update is multiplied by; the moment's own `lr` where no optimizer is known."""

    name = "learning_rate"
    describes: ClassVar[dict[str, str]] = {
        "{group}": "learning rate of a parameter group: its name, or group0, group1, … [weight per gradient]"
    }
    example = "LearningRate()"
    usual = Every(10)

    def why_not(self, moment: Moment) -> str:
        unknown = moment.optimizer is None and math.isnan(moment.lr)
        return "no optimizer and no learning rate is known" if unknown else ""

    def measure(self, moment: Moment) -> Reading:
        if moment.optimizer is None:
            return Reading({"group0": moment.lr})
        groups = {str(g.get("name", f"group{place}")): g for place, g in enumerate(moment.optimizer.param_groups)}
        return Reading({name: float(group["lr"]) for name, group in groups.items() if "lr" in group})
