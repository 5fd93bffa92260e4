"""Which pass over the data a step belongs to. Hears of loaders and batches; knows no optimizer and no event."""

from __future__ import annotations

import weakref
from collections.abc import Callable

from .rows import RowCounter


class Passes:
    """Counts from 0.

    A pass is one iteration over the DataLoader that was begun last before the run's first step. Without a loader, it is
    one step where every step is given the very same tensor, as in a loop over all rows at once; else nothing tells
    passes apart and all steps belong to pass 0.
    """

    def __init__(self, rows: RowCounter) -> None:
        self.epoch = 0
        self._rows = rows
        self._begun: weakref.WeakKeyDictionary[object, int] = weakref.WeakKeyDictionary()
        self._latest: Callable[[], object | None] = _nothing
        self._training: Callable[[], object | None] = _nothing
        self._before = 0
        """Passes over training loaders that are gone: a new loader for each pass."""
        self._heard = False
        self._number = 0
        self._began = False

    def pass_begins(self, loader: object) -> None:
        """Somebody begins to iterate over a loader."""
        self._begun[loader] = self._begun.get(loader, 0) + 1
        self._latest = weakref.ref(loader)
        self._heard = True

    def step(self, number: int) -> bool:
        """Step `number` (from 1) is being taken. Whether it is the first one of its pass. May be asked twice."""
        if number == self._number:
            return self._began
        self._number = number
        if self._begun:
            self._began = self._by_loader(number)
        elif self._rows.fresh or number == 1:
            self._rows.fresh = False
            self._began = number == 1
        else:
            self.epoch += 1
            self._began = True
        return self._began

    def _by_loader(self, number: int) -> bool:
        if not self._heard:
            return False
        self._heard = False
        if self._training() is None:
            self._before = 0 if number == 1 else self.epoch + 1
            self._training = self._latest
            self._begun = weakref.WeakKeyDictionary({loader: 1 for loader in [self._latest()] if loader is not None})
        loader = self._training()
        epoch = self.epoch if loader is None else self._before + self._begun[loader] - 1
        began = epoch != self.epoch or number == 1
        self.epoch = epoch
        return began


def _nothing() -> None:
    return None
