"""The learning rate of each parameter group, as the optimizer holds it. Never sets one."""

from __future__ import annotations

import math

from .cadence import Every
from .instrument import Instrument, Reading
from .moment import Moment


class LearningRate(Instrument):
    """What each parameter group's next update is multiplied by; the moment's own `lr` where no optimizer is known."""

    name = "learning_rate"
    describes = {"{group}": "learning rate of a parameter group: its name, or group0, group1, … [weight per gradient]"}
    example = "LearningRate()"
    usual = Every(10)

    def why_not(self, moment: Moment) -> str:
        return "no optimizer and no learning rate is known" if moment.optimizer is None and math.isnan(moment.lr) else ""

    def measure(self, moment: Moment) -> Reading:
        if moment.optimizer is None:
            return Reading({"group0": moment.lr})
        groups = enumerate(moment.optimizer.param_groups)
        return Reading({str(group.get("name", f"group{n}")): float(group["lr"]) for n, group in groups if "lr" in group})
