"""How many places to evaluate at once, learned from what it has cost so far. Evaluates nothing."""

from __future__ import annotations

FEWEST, MOST = 16, 1024
"""At once: with fewer, much of a call's overhead is left; with more, nothing of it is."""

CLEARLY = 2.0
"""Times as fast, at which one try is enough."""


class Pace:
    """`next` is how many places to take at once, `note(number, seconds)` says what they cost.

    `alone_s` is what one place costs by itself. No more than `most` are taken at once, nor as many as would take longer
    than `longest_s` if nothing were saved. As many as may be are tried; where they are not clearly faster, they and the
    loop are tried once more: the first time nothing is at hand yet, and a machine is shared. `why_few` says why `most`
    is what it is.
    """

    def __init__(self, alone_s: float, most: int, longest_s: float, why_few: str = "") -> None:
        self.seconds = {1: alone_s}
        self.why_alone = ""
        self.many = min(MOST, most, int(longest_s / max(alone_s, 1e-9)))
        self._untried = [self.many, self.many, 1] if self.many >= FEWEST else []
        if most < FEWEST:
            self.why_alone = why_few or f"there are fewer than {FEWEST} places"
        elif not self._untried:
            self.why_alone = f"{duration(alone_s)} each, beside which the overhead of a call is nothing"

    @property
    def tries(self) -> bool:
        """Whether a number is yet to be tried."""
        return bool(self._untried)

    @property
    def next(self) -> int:
        """The number to try, or the fastest of those tried."""
        return self._untried[0] if self._untried else self.fastest

    @property
    def fastest(self) -> int:
        return min(self.seconds, key=self.seconds.__getitem__)

    def refuse(self, why: str) -> None:
        """Several at once cannot be had."""
        self._untried.clear()
        self.seconds = {1: self.seconds[1]}
        self.why_alone = why

    def note(self, number: int, seconds: float) -> None:
        """`number` at once took so many seconds for each place; the least of several times counts."""
        self.seconds[number] = min(seconds, self.seconds.get(number, seconds))
        if self._untried and number == self._untried[0]:
            self._untried.pop(0)
            if self.seconds[1] > CLEARLY * self.seconds[self.many]:
                self._untried.clear()

    def __str__(self) -> str:
        """How it was done, and why."""
        if self.why_alone:
            return f"one after another: {self.why_alone}"
        alone, number = duration(self.seconds[1]), self.fastest
        if number > 1:
            return f"{number} at once: {duration(self.seconds[number])} each, {alone} alone"
        others = {many: seconds for many, seconds in self.seconds.items() if many > 1}
        if not others:
            return f"one after another: {alone} each"
        best = min(others, key=others.__getitem__)
        return f"one after another: {alone} each, {duration(others[best])} where {best} are taken at once"


def duration(seconds: float) -> str:
    """3.2 µs, 41 µs, 1.2 ms, 3.4 s."""
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if seconds * factor >= 1:
            return f"{float(f'{seconds * factor:.2g}'):g} {unit}"
    return f"{float(f'{seconds * 1e6:.2g}'):g} µs"
