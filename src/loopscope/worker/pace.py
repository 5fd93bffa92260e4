"""Whether steps are taken by themselves, how fast, and how fast they come. Takes none and knows no lane."""

from __future__ import annotations

from collections.abc import Callable

MOST_BEHIND_S = 0.25
"""What a pace that could not be kept is behind at most; the rest is forgiven, not made up for in a rush."""


class Pace:
    """`playing` until told otherwise, or until the pass is complete (`until_epoch`); `speed` in steps a second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.playing = self.until_epoch = False
        self.speed: float | None = None
        self.next_step = 0.0
        self.rate = Rate(clock)

    def play(self, until_epoch: bool = False) -> None:
        self.playing, self.until_epoch = True, until_epoch
        self.next_step = self._clock()
        self.rate.begin()

    def stop(self) -> None:
        self.playing = self.until_epoch = False

    def set_speed(self, speed: float | None) -> None:
        self.speed, self.next_step = speed, self._clock()

    def is_due(self, clock: float) -> bool:
        """Whether a step is due now; if so, the next one is due a little later."""
        if self.speed is None:
            return True
        if clock < self.next_step:
            return False
        self.next_step = max(self.next_step + 1 / self.speed, clock - MOST_BEHIND_S)
        return True


class Rate:
    """Steps a second, over about the last second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        self.value, self._count, self._since = 0.0, 0, self._clock()

    def count(self, steps: int = 1) -> None:
        self._count += steps
        passed = self._clock() - self._since
        if passed >= (0.5 if self.value else 0.1):
            self.value, self._count, self._since = round(self._count / passed, 1), 0, self._clock()
