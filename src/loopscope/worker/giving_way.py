"""When training gives way to drawing: steps that nobody sees keep frames that somebody waits for. Takes no step.

Where workers, server and browser share a processor's cores, each step taken while a frame waits to be drawn makes it
wait longer. So between two frames a worker trains for a bounded time, the shorter the longer frames take to be drawn
and the smaller the share of a core that it gets. Where it has a core to itself that bound is never reached, however
slow the connection to the page.
"""

from __future__ import annotations

from collections.abc import Callable

LAG_S = 0.03
"""A frame that takes so long, from being sent to being told as drawn, is as late as nobody minds."""

MOST_S = 0.25
"""Of waiting for a frame, at the most: a page that does not answer at all holds up nothing."""

LEAST_S = 0.004
"""Of training between two frames, at the least."""

MEMORY = 0.2
"""Weight of the newest reading in the averages, which so look back over about ten frames."""


class GivingWay:
    """`clock` is the wall's, `used` the processor time of the thread that trains; both in seconds."""

    def __init__(self, clock: Callable[[], float], used: Callable[[], float]) -> None:
        self._clock, self._used = clock, used
        self._lag, self._share = 0.0, 1.0
        self._sent: dict[int, float] = {}
        self._from = (clock(), used())

    def frame_sent(self, number: int) -> None:
        """A frame is on its way; since the last one there was training."""
        self._note_share()
        self._sent[number] = self._clock()

    def drawn(self, number: int) -> None:
        """The page has drawn every frame up to this one."""
        for each in [each for each in self._sent if each <= number]:
            lag = self._clock() - self._sent.pop(each)
            self._lag += MEMORY * (lag - self._lag)

    def forget(self) -> None:
        """Nothing is on its way any more."""
        self._sent.clear()

    @property
    def until(self) -> float:
        """When training may go on: in the past, unless a frame has waited for longer than there may be training."""
        if not self._sent:
            return 0.0
        first = min(self._sent.values())
        return first + MOST_S if self._clock() > first + self._allowed else 0.0

    def rested(self) -> None:
        """The time until now was waited for, and says nothing of the share of a core that training gets."""
        self._from = (self._clock(), self._used())

    @property
    def _allowed(self) -> float:
        """Seconds of training after a frame is sent."""
        if self._lag <= LAG_S or self._share >= 1:
            return MOST_S
        return max(LEAST_S, LAG_S * (LAG_S / self._lag) / (1 - self._share))

    def _note_share(self) -> None:
        wall, used = self._clock() - self._from[0], self._used() - self._from[1]
        if wall > 0:
            self._share += MEMORY * (min(1.0, used / wall) - self._share)
        self.rested()
