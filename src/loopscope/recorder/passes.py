"""Which pass over the data a step belongs to. Hears of loaders and batches; knows no optimizer and no event."""

from __future__ import annotations

import weakref
from collections.abc import Callable

import torch

from .rows import RowCounter


class Passes:
    """Counts from 0.

    A pass is one iteration over the training data, which are those of the DataLoader that was begun last before the
    run's first step. Loaders begun without gradients are for evaluation. Where no loader was begun, a pass is one step
    if every step is given the very same tensor, as in a loop over all rows at once; else nothing tells passes apart and
    all steps belong to pass 0.
    """

    def __init__(self, rows: RowCounter) -> None:
        self.epoch = 0
        self._rows = rows
        self._training: _Data | None = None
        self._latest: _Data | None = None
        """Begun since the last step."""
        self._again = False
        """Whether the training data were."""
        self._number = 0
        self._began = False

    def pass_begins(self, loader: object) -> None:
        """Somebody begins to iterate over a loader."""
        if torch.is_grad_enabled():
            self._latest = _Data(loader)
            self._again = self._again or (self._training is not None and self._training.are_of(loader))

    def step(self, number: int) -> bool:
        """Step `number` (from 1) is being taken. Whether it is the first one of its pass. May be asked twice."""
        if number == self._number:
            return self._began
        self._number = number
        if number == 1:
            self._training = self._latest
            self._rows.fresh = False
            self._began = True
        else:
            self._began = self._next_of_loader() if self._training else self._next_of_all_rows()
            self.epoch += self._began
        self._latest, self._again = None, False
        return self._began

    def _next_of_loader(self) -> bool:
        assert self._training is not None, "asked only where a loader was begun before the first step"
        if self._latest is not None and self._training.are_gone:
            self._training = self._latest
            return True
        return self._again

    def _next_of_all_rows(self) -> bool:
        fresh, self._rows.fresh = self._rows.fresh, False
        return not fresh


class _Data:
    """What a loader iterates over, known by the loader, or where that is gone, by its dataset. Holds neither."""

    def __init__(self, loader: object) -> None:
        self._loader = weakref.ref(loader)
        self._dataset = _weakly(getattr(loader, "dataset", None))

    @property
    def are_gone(self) -> bool:
        return self._loader() is None and self._dataset() is None

    def are_of(self, loader: object) -> bool:
        """Two loaders that live at once are two: training and validation may share a dataset."""
        known = self._loader()
        return known is loader if known is not None else self._dataset() is getattr(loader, "dataset", self)


def _weakly(thing: object) -> Callable[[], object | None]:
    try:
        return weakref.ref(thing)
    except TypeError:  # a list, for instance
        return _nothing


def _nothing() -> None:
    return None
