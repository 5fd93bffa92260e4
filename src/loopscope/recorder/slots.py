"""Whose loss is whose: one slot for each set of parameters that is trained, with the losses that wait for its step.

Knows parameters, optimizers and sums; sends no event.
"""

from __future__ import annotations

import math
import sys
import weakref
from collections.abc import Iterator
from threading import get_ident
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from .graph import Reach
from .losses import Value

IDLE_AFTER = 1024
"""Backward calls after which a slot whose optimizer takes no steps is no longer looked for in a loss's graph."""


class Tally:
    """Losses between two steps: their mean, how many, and the rows behind them. Cleared by `count = 0`."""

    __slots__ = ("count", "rows", "total")

    def __init__(self) -> None:
        self.total: Value = 0.0
        self.count = 0
        self.rows = 0

    def add(self, value: Value, rows: int) -> None:
        """One more loss."""
        if self.count:
            self.total += value
            self.rows += rows
        else:
            self.total = value
            self.rows = rows
        self.count += 1

    @property
    def mean(self) -> Value:
        """NaN where there is none."""
        return self.total if self.count == 1 else self.total / self.count if self.count else math.nan


class Slot:
    """What is trained by one optimizer, or by several one after another over the same parameters."""

    def __init__(self, bit: int, parameters: list[Tensor]) -> None:
        self.bit = bit
        self.number = 0
        """1 for the run's own steps, 2 and up for further optimizers; 0 before its first step."""
        self.own = Tally()
        self.shared = Tally()
        self.optimizers: dict[int, weakref.ref[Optimizer]] = {}
        self.stepping: Optimizer | None = None
        """The optimizer whose step has begun and not ended."""
        self.closure = False
        """Whether that step was given one, which calls backward within."""
        self.last = 0
        self.described = ""
        self.scaled = False
        self.steps = 0
        self.heard_at = 0
        self.thread = 0
        """The one that called backward last."""
        self.parameters = {id(parameter): weakref.ref(parameter) for parameter in parameters}
        self._probe = next((weakref.ref(p) for p in parameters if p.requires_grad), None)
        self._version = 0

    def take(self, unclaimed: Tally) -> Tally:
        """The losses that its step answers: its own; or those it has in common with others; or nobody's."""
        return self.own if self.own.count else self.shared if self.shared.count else unclaimed

    def clear(self) -> None:
        """Its step was taken, or skipped: what comes now belongs to the next."""
        self.own.count = self.shared.count = 0
        self.scaled = False

    def thrown_away(self) -> bool:
        """Whether no gradients are left of the losses that wait: they cannot lead to a step any more.

        Looked at before a backward that would join them, so the usual loop, with one a step, pays nothing.
        """
        waiting = self.own.count + self.shared.count
        gradients = (p.grad for known in self.parameters.values() if (p := known()) is not None)
        return all(gradient is None or _zeroed(gradient, waiting) for gradient in gradients)

    def mark(self) -> None:
        """A step with a closure begins: remember the parameters as they are."""
        self._version = self._version_now()

    def looks_again(self) -> bool:
        """Within a step: whether its closure is called once more, parameters having changed since the step began."""
        return self.closure and self._version_now() != self._version

    def _version_now(self) -> int:
        probe = self._probe() if self._probe else None
        return 0 if probe is None else probe._version  # pyright: ignore[reportPrivateUsage]


class Slots:
    """All slots of a watch, and to which of them a loss belongs."""

    def __init__(self) -> None:
        self.unclaimed = Tally()
        self.backwards = 0
        self._slots: list[Slot] = []
        self.by_optimizer: dict[int, Slot] = {}
        """By `id(optimizer)`, of optimizers that are alive."""
        self.strangers: set[int] = set()
        """Ids of optimizers that are none of this watch's business, as long as they live."""
        self.untried: set[int] = set()
        """Ids of those that were met and have taken no step yet."""
        self.with_closure = False
        """Whether any was given a closure."""
        self._bits: dict[int, int] = {}
        self._wanted = 0
        self._reach = Reach()
        self._numbered = 0
        self._bits_given = 0

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._slots)

    def __bool__(self) -> bool:
        return bool(self._slots)

    def meet(self, optimizer: Optimizer) -> Slot:
        """The slot of its parameters: one that has some of them already, or a new one."""
        parameters = parameters_of(optimizer)
        slot = self.holding(parameters) or self._new(parameters)
        for parameter in parameters:
            slot.parameters[id(parameter)] = weakref.ref(parameter)
            self._bits[id(parameter)] = slot.bit
        self.by_optimizer[id(optimizer)] = slot
        self.untried.add(id(optimizer))
        weakref.finalize(optimizer, self._forget, id(optimizer)).atexit = False
        self._reckon()
        return slot

    def leave_alone(self, optimizer: Optimizer) -> None:
        """Hear no more of it."""
        if id(optimizer) not in self.by_optimizer:
            weakref.finalize(optimizer, self._forget, id(optimizer)).atexit = False
        self._forget(id(optimizer))
        self.strangers.add(id(optimizer))

    def _forget(self, optimizer: int) -> None:
        self.by_optimizer.pop(optimizer, None)
        self.untried.discard(optimizer)
        self.strangers.discard(optimizer)

    def holding(self, parameters: list[Tensor]) -> Slot | None:
        """The slot that has some of these parameters."""
        for slot in self._slots:
            if any((known := slot.parameters.get(id(p))) is not None and known() is p for p in parameters):
                return slot
        return None

    def number(self, slot: Slot) -> None:
        """Give a slot its number: the order in which optimizers step."""
        self._numbered += 1
        slot.number = self._numbered

    def claim(self, value: Value, nodes: list[Any], scaled: bool, rows: int) -> bool:
        """Put a loss where it belongs. Whether it joins one of another thread there."""
        self.backwards += 1
        if self.backwards % IDLE_AFTER == 0:
            self._reckon()
        found = self._reach.of(nodes, self._bits, self._wanted) if self._wanted else 0
        if not found:
            self.unclaimed.add(value, rows)
        alone = found & (found - 1) == 0
        thread, mixed = get_ident(), False
        for slot in self._slots:
            if found & slot.bit and not (slot.stepping is not None and slot.looks_again()):
                tally = slot.own if alone else slot.shared
                if slot.own.count or slot.shared.count:
                    if slot.thrown_away():
                        slot.clear()
                    mixed |= tally.count > 0 and slot.thread != thread
                tally.add(value, rows)
                slot.thread = thread
                if scaled:
                    slot.scaled = True
        return mixed

    def _new(self, parameters: list[Tensor]) -> Slot:
        slot = Slot(1 << self._bits_given, parameters)
        slot.heard_at = self.backwards
        self._bits_given += 1
        self._slots.append(slot)
        return slot

    def _reckon(self) -> None:
        """Forget what is gone, and look only for slots that take steps."""
        for slot in self._slots:
            gone = [key for key, known in slot.parameters.items() if known() is None]
            for key in gone:
                del slot.parameters[key]
        self._slots = [slot for slot in self._slots if slot.parameters or slot.number == 1]
        self._bits = {key: slot.bit for slot in self._slots for key in slot.parameters}
        awake = [slot for slot in self._slots if self.backwards - slot.heard_at < IDLE_AFTER]
        self._wanted = 0
        for slot in awake:
            self._wanted |= slot.bit


def _zeroed(gradient: Tensor, backwards: int) -> bool:
    """Whether a gradient was filled with zeros in place.

    One that is zero by itself has been changed once for each backward after the first, and not more often. Not asked
    of an accelerator, which the loop would wait for.
    """
    changes: int = gradient._version  # pyright: ignore[reportPrivateUsage]
    return changes >= backwards and gradient.is_cpu and not gradient.any().item()


def is_running(optimizer: Optimizer) -> bool:
    """Whether its `step` is under way on this thread; one that raised is not."""
    frame = sys._getframe()
    while frame is not None:
        if frame.f_code.co_name == "wrapper" and frame.f_locals.get("self") is optimizer:
            return True  # within torch.optim.Optimizer.profile_hook_step
        frame = frame.f_back
    return False


def parameters_of(optimizer: Optimizer) -> list[Tensor]:
    """All parameters of all its groups; none where it is half built."""
    groups: list[dict[str, Any]] = getattr(optimizer, "param_groups", [])
    return [parameter for group in groups for parameter in group["params"] if isinstance(parameter, torch.Tensor)]
