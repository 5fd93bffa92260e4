"""What is heard of a loop: which losses led to which optimizer's step. Counts no step and makes no run.

This runs inside somebody's training loop, several times for each of their steps, on whichever thread they take it: what
is called here is written for being called often.
"""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol

from torch.amp import GradScaler
from torch.optim import Optimizer

from ..events import Changed
from . import listening
from .about import described, rate_of
from .by_hand import ByHand
from .compilers import as_it_is
from .losses import Value
from .measuring import Measuring
from .passes import Passes
from .rows import RowCounter
from .sending import Sending
from .slots import Slot, Tally, is_running
from .trained import Trained

MIXED = (
    "loopscope: several threads train the same weights at once, and which loss led to which step cannot be known: "
    "each step counts all losses since the one before.\n"
)


class GiveUp(Protocol):
    """What is called where something of ours failed."""

    def __call__(self, error: Exception, within_step: bool = False) -> None: ...


class Hearing:
    """The ear of one recording: a `listening.Listener`, from `attach` to `detach`."""

    def __init__(
        self,
        trained: Trained,
        sending: Sending,
        passes: Passes,
        measuring: Measuring,
        rows: RowCounter,
        give_up: GiveUp,
    ) -> None:
        self.lock = threading.RLock()
        """What is heard on several threads is taken one after the other."""
        self.ceased = False
        """Whether the recording has broken off: what is still heard, because a step is under way, counts no more."""
        self.give_up = give_up
        self._trained = trained
        self._sending = sending
        self._passes = passes
        self._measuring = measuring
        self._rows = rows
        self._slots = trained.slots
        self._slot_of = trained.slots.by_optimizer
        self._by_hand: ByHand | None = ByHand(trained.model_ids)  # until the first step of an optimizer
        self._mixed = False
        self._attached = False
        self._deaf: Callable[[], None] | None = None  # ends the hearing of beginnings
        self._hear_at = 0  # the step after which they are heard again

    def attach(self) -> None:
        """Begin to hear."""
        listening.attach(self)
        self._attached = True
        self._hear_beginnings()

    def detach(self, soon: bool = False) -> None:
        """Hear no more; `soon`, where this is called from within a step's hooks."""
        self._attached = False
        if soon:
            listening.detach_soon(self)
        else:
            listening.detach(self)

    def look_for_a_last_step(self) -> None:
        """The loop is over: no further loss will show that weights were changed by hand."""
        if self._by_hand is not None and self._by_hand.moved():
            self._stepped_by_hand(self._by_hand.tally)

    # --- told by PyTorch

    def backward_begins(self, value: Value, nodes: list[Any], scaled: bool) -> None:
        """A loss, right before its gradients are computed."""
        here = self._rows.here
        rows, here.rows = here.rows, 0
        with self.lock:
            if self._by_hand is not None:
                if self._sending.loop_began is None:
                    self._sending.loop_begins()
                if self._by_hand.moved():
                    self._stepped_by_hand(self._by_hand.tally)
                self._by_hand.look(nodes, value, rows)
            if self._slots.claim(value, nodes, scaled, rows) and not self._mixed:
                self._mixed = True
                sys.stderr.write(MIXED)

    @as_it_is
    def step_begins(self, optimizer: Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """An optimizer is about to change its parameters. `args` begins with the optimizer itself.

        Heard only where needed; `step_ended` decides for the next one.
        """
        try:
            with self.lock:
                slot = self._slot_of.get(id(optimizer)) or self._meet_if_ours(optimizer)
                if slot is None or self.ceased:
                    return
                if slot.stepping is not None and slot.stepping is not optimizer and is_running(slot.stepping):
                    self._slots.leave_alone(optimizer)  # an optimizer around it calls it, whose step this is a part of
                    return
                self._by_hand = None
                slot.stepping = optimizer
                slot.closure = len(args) > 1 or bool(kwargs)
                if slot.closure:
                    slot.mark()
                    self._slots.with_closure = True
                if slot.last != id(optimizer):
                    self._note_exchange(slot, optimizer)
                if slot.number == 1 and (model := self._trained.model()) is not None:
                    step = self._sending.step + 1
                    # a closure has yet to run the model, so that its batch is known only after the step
                    began = self._measuring.by_epoch and not slot.closure and self._passes.step(step)
                    if self._measuring.due(step, began):
                        self._measuring.before(model, optimizer, step, began)
        except Exception as error:
            self.give_up(error, within_step=True)

    @as_it_is
    def step_ended(self, optimizer: Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """It has."""
        try:
            with self.lock:
                slot = self._slot_of.get(id(optimizer)) or self._meet_if_ours(optimizer)
                if slot is None or self.ceased:
                    return
                if slot.last != id(optimizer):
                    self._note_exchange(slot, optimizer)
                slot.stepping = None
                slot.heard_at = self._slots.backwards
                tally = slot.take(self._slots.unclaimed)
                if slot.number == 1:
                    self._sending.advance(tally, rate_of(optimizer))
                else:
                    self._sending.other(slot, tally, rate_of(optimizer))
                slot.clear()
                self._slots.unclaimed.count = 0
                if self._deaf is not None or self._sending.step >= self._hear_at:
                    self._hear_what_is_needed()
        except Exception as error:
            self.give_up(error, within_step=True)

    def scale_updates(self, scaler: GradScaler) -> None:
        """A scaler looks back at its steps: one whose loss still waits was skipped, for gradients that overflowed."""
        with self.lock:
            for slot in self._slots:
                tally = slot.own if slot.own.count else slot.shared
                if slot.scaled and tally.count:
                    self._sending.skipped(tally, float(scaler.get_scale()))
                    slot.clear()

    def pass_begins(self, loader: object) -> None:
        """Somebody iterates over a loader."""
        self._passes.pass_begins(loader)

    def optimizer_made(self, optimizer: Optimizer) -> None:
        """A new optimizer: most likely the model's, before its first batch."""
        with self.lock:
            self._meet_if_ours(optimizer)

    # --- what follows from it

    def _meet_if_ours(self, optimizer: Optimizer) -> Slot | None:
        if id(optimizer) in self._slots.strangers:
            return None
        slot = self._trained.meet_if_ours(optimizer)
        if slot is not None and self._attached:
            self._hear_beginnings()
        return slot

    def _note_exchange(self, slot: Slot, optimizer: Optimizer) -> None:
        """An optimizer's first step, or its first after another one's over the same parameters."""
        if slot.number == 0:
            self._slots.number(slot)
        self._slots.untried.discard(id(optimizer))
        now = described(optimizer)
        if slot.last and not self._mixed:
            self._sending.send(Changed(self._sending.step, "optimizer", slot.described, now))
        slot.last, slot.described = id(optimizer), now

    def _stepped_by_hand(self, tally: Tally) -> None:
        self._sending.advance(tally, math.nan)
        tally.count = self._slots.unclaimed.count = 0
        for slot in self._slots:
            slot.clear()

    def _hear_what_is_needed(self) -> None:
        """Hear how the next step begins only where somebody has to: each call is time taken from the loop."""
        step = self._sending.step
        always = self._measuring.by_epoch or self._slots.untried or self._slots.with_closure
        if always or self._measuring.due(step + 1):
            self._hear_beginnings()
            return
        if self._deaf is not None:
            self._deaf()
            self._deaf = None
        self._hear_at = self._measuring.next_due(step + 1) - 1

    def _hear_beginnings(self) -> None:
        if self._deaf is None:
            self._deaf = listening.hear_steps_begin(self)
