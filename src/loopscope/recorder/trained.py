"""What is trained: a watch's model, and which optimizers are its business. Sends no event and hears none."""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.optim import Optimizer

from .about import model_facts, optimizer_facts
from .modules import WeakModel, live, models_of, wrapped
from .rows import RowCounter
from .slots import Slot, Slots, parameters_of

SEARCHES = 4
"""Times that a batch of unknown size starts a search for what is really called in place of the model."""
MOST_OPTIMIZERS = 64
"""Optimizers beyond these are left alone: each adds series of its own to the run."""


class Trained:
    """The model that was handed over, or that an optimizer's parameters led to; its optimizers, and their slots."""

    def __init__(self, model: nn.Module | None, optimizers: tuple[Optimizer, ...], rows: RowCounter) -> None:
        self.model = WeakModel(model)
        self.model_ids = {id(parameter) for parameter in model.parameters()} if model is not None else set[int]()
        """Of the parameters of a model that was handed over."""
        self.slots = Slots()
        self.searches = SEARCHES
        """Searches that are left."""
        self._handed_over = bool(optimizers)
        self._rows = rows
        self._first_optimizer: dict[str, Any] = {}
        for optimizer in optimizers:
            self.slots.number(self._meet(optimizer))

    @property
    def facts(self) -> dict[str, Any]:
        """For the run's beginning: the model and the first optimizer."""
        model = self.model()
        facts = {"model": model_facts(model)} if model is not None else {}
        return facts | ({"optimizer": self._first_optimizer} if self._first_optimizer else {})

    def hook(self) -> None:
        """Begin to count what the model is called with."""
        if (model := self.model()) is not None:
            self._rows.hook_first([model])

    def meet_all(self) -> None:
        """Where none was handed over, know those that exist, so that each loss finds its own from the start."""
        if not self._handed_over:
            for optimizer in live(Optimizer):
                if parameters_of(optimizer):  # else another thread is still making it; its first step will be heard
                    self.meet_if_ours(optimizer)

    def meet_if_ours(self, optimizer: Optimizer) -> Slot | None:
        """The slot of an optimizer that is new here; None, from then on, where it is none of this watch's business."""
        parameters = parameters_of(optimizer)
        if self.slots.holding(parameters) is None:
            full = sum(1 for _ in self.slots) >= MOST_OPTIMIZERS
            foreign = self.model_ids and not any(id(parameter) in self.model_ids for parameter in parameters)
            if self._handed_over or foreign or full:
                self.slots.leave_alone(optimizer)
                return None
        return self._meet(optimizer)

    def search_for_what_is_called(self) -> None:
        """No batch was seen on its way into the model: it is called through a wrapper, or by another name."""
        self.searches -= 1
        model = self.model()
        if model is not None and (outer := wrapped(model)) is not model:
            self._rows.hook(outer)
        else:
            self._rows.hook_next()

    def _meet(self, optimizer: Optimizer) -> Slot:
        known = self.slots.holding(parameters_of(optimizer)) is not None
        slot = self.slots.meet(optimizer)
        if not self._first_optimizer:
            self._first_optimizer = optimizer_facts(optimizer)
        if not known and not self.model_ids and (models := models_of(parameters_of(optimizer))):
            if self.model() is None:
                self.model = WeakModel(models[0])
            self._rows.hook_first([wrapped(models[0]), *models[1:]])
        return slot
