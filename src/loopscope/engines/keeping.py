"""Which snapshots of a run are kept: few, small together, evenly over all of it and denser near its end. Takes none."""

from __future__ import annotations

from collections.abc import Iterator

from .snapshots import Snapshot

MOST = 200
MOST_BYTES = 64 * 2**20
FIRST_SPACING = 8

FINEST = 64
"""Steps between new ones at the most, however long the run: about 10 ms of small steps to take again."""

NEAR = 8
"""A step whose number ends in n zeros, in base 2, stays for this many times 2ⁿ steps: four and more for every octave
of age, so that going back by some steps replays about a quarter as many at the most."""


class Snapshots:
    """Snapshots by step, at most `most` of them and `most_bytes` together; that of step 0 always stays.

    Those at multiples of `spacing` stay for good: where there are too many, it doubles. Between them some stay as long
    as they are young for how round their step is (`near`, in steps for each unit of roundness); where these are most of
    what there is, `near` is halved instead.
    """

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self.most, self.most_bytes = max(2, most), most_bytes
        self.spacing, self.near = FIRST_SPACING, NEAR
        self._kept: dict[int, Snapshot] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Snapshot]:
        return iter([self._kept[step] for step in sorted(self._kept)])

    @property
    def nbytes(self) -> int:
        return self._bytes

    def due(self, step: int) -> bool:
        """Whether one is wanted after this step."""
        return step % (min(self.spacing, FINEST) if self.near else self.spacing) == 0

    def keep(self, snapshot: Snapshot) -> None:
        """Add one, in place of another of the same step; others may go."""
        self._drop(snapshot.step)
        self._kept[snapshot.step] = snapshot
        self._bytes += snapshot.nbytes
        if self._too_much(1.0):
            self._thin(spared=snapshot.step)

    def at_or_before(self, step: int) -> Snapshot:
        """The latest one that is not after `step`."""
        return self._kept[max(kept for kept in self._kept if kept <= step)]

    def forget_after(self, step: int) -> None:
        for later in [kept for kept in self._kept if kept > step]:
            self._drop(later)

    def clear(self) -> None:
        self._kept.clear()
        self._bytes = 0

    def _too_much(self, share: float) -> bool:
        """Whether there are more than this share of what is allowed; step 0 and one more always are."""
        return len(self._kept) > 2 and (len(self._kept) > self.most * share or self._bytes > self.most_bytes * share)

    def _thin(self, spared: int) -> None:
        """Let some go, and a few more than must, so that this is rarely called."""
        newest = max(self._kept)
        self._drop_stale(newest, spared)
        while self._too_much(0.9):
            passing = sum(1 for step in self._kept if step % self.spacing)
            if self.near and (2 * passing > len(self._kept) or self.spacing > newest):
                self.near //= 2
            else:
                self.spacing *= 2
            self._drop_stale(newest, spared)

    def _drop_stale(self, newest: int, spared: int) -> None:
        for step in [step for step in self._kept if step % self.spacing and step != spared]:
            if newest - step >= self.near * (step & -step):
                self._drop(step)

    def _drop(self, step: int) -> None:
        gone = self._kept.pop(step, None)
        self._bytes -= gone.nbytes if gone else 0
