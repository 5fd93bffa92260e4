"""How fast the loop runs, measuring included. Reads a clock, never the model."""

from __future__ import annotations

import math
from typing import ClassVar

from .cadence import Every
from .instrument import Instrument, Reading
from .moment import Moment


class Speed(Instrument):
    """Mean since its own last reading, by the clock that it was given; the first one since the loop began.

    The clock is the host's. Work that a GPU was handed and has not done yet is counted when something waits for it.
    """

    name = "speed"
    describes: ClassVar[dict[str, str]] = {
        "seconds_per_step": "wall time of one optimizer step [s]",
        "steps_per_second": "optimizer steps in a second [1/s]",
        "samples_per_second": "rows trained on in a second, each as often as it was used [rows/s]",
    }
    example = "Speed(clock=time.perf_counter)"
    usual = Every(10)

    _last: tuple[float, int, int] | None = None

    def measure(self, moment: Moment) -> Reading:
        now = self.clock()
        then, step, samples = self._since(moment, now)
        self._last = (now, moment.step, moment.samples_seen)
        steps, seconds = moment.step - step, now - then
        if steps <= 0 or seconds <= 0:
            return Reading()
        return Reading(
            {
                "seconds_per_step": seconds / steps,
                "steps_per_second": steps / seconds,
                "samples_per_second": (moment.samples_seen - samples) / seconds,
            }
        )

    def _since(self, moment: Moment, now: float) -> tuple[float, int, int]:
        if self._last is not None and self._last[1] < moment.step:
            return self._last
        return (now, moment.step, 0) if math.isnan(moment.seconds) else (now - moment.seconds, 0, 0)
