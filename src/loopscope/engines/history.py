"""What is known of a run besides its present: how far it goes, what was changed when, snapshots. Takes no step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ..events import Changed
from ..experiment import Edit
from .keeping import Snapshots


@dataclass(frozen=True, slots=True)
class Change:
    """What one command changed after `step` steps: settings, or one weight (`edited`)."""

    step: int
    fields: tuple[Changed, ...]
    edited: Edit | None = None
    replaced: float | None = None  # what an earlier edit had set the weight to


class History:
    """`head` steps are known. Because a run is decided by its experiment and its changes, each can be had again."""

    def __init__(self, snapshots: Snapshots, changes: Sequence[Change] = (), head: int = 0) -> None:
        self.snapshots, self.head = snapshots, head
        self.changes: list[Change] = []
        self._due: defaultdict[int, list[Change]] = defaultdict(list)
        for change in changes:
            if change.step <= head:
                self.add(change)

    def add(self, change: Change) -> None:
        """A change made after the last of those that are known."""
        self.changes.append(change)
        self._due[change.step].append(change)

    def due(self, step: int) -> Sequence[Change]:
        """The changes made right after a step, in their order."""
        return self._due.get(step, ())

    def forget_after(self, step: int) -> None:
        """The run goes another way from here."""
        self.head = step
        self.changes = [change for change in self.changes if change.step <= step]
        for later in [due for due in self._due if due > step]:
            del self._due[later]
        self.snapshots.forget_after(step)
