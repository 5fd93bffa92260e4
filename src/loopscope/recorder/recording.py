"""Turn what is heard of a loop into events. Listens and counts; never steers the loop and never touches a file.

This runs inside somebody's training loop, once for each of their steps: it holds no tensor beyond a step, reads a loss
from an accelerator only now and then, and a failure of its own ends the recording, never the loop.
"""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn
from torch.amp import GradScaler
from torch.optim import Optimizer

from ..events import Changed, Event, Measured, RunEnded, RunStarted, Status, StepEnded
from ..instruments import Instrument
from . import listening
from .about import described, machine, model_facts, optimizer_facts, rate_of, versions
from .by_hand import ByHand
from .compilers import as_it_is
from .finite import NotFinite
from .losses import Value, read
from .measuring import Measuring
from .modules import WeakModel, live, models_of, wrapped
from .output import Output, Sink
from .passes import Passes
from .rows import RowCounter
from .slots import Slot, Slots, Tally, is_running, parameters_of

READ_EVERY_S = 0.25
READ_EVERY_STEPS = 128
"""How long losses may stay on an accelerator unread: reading one makes the loop wait for it."""
SEARCHES = 4
"""Times that a batch of unknown size starts a search for what is really called in place of the model."""
MOST_OPTIMIZERS = 64
"""Optimizers beyond these are left alone: each adds series of its own to the run."""


MIXED = (
    "loopscope: several threads train the same weights at once, and which loss led to which step cannot be known: "
    "each step counts all losses since the one before.\n"
)


class Recording:
    """One run of somebody's own loop, from `begin` to `end`."""

    def __init__(
        self,
        run: str,
        name: str,
        output: Output,
        instruments: list[Instrument],
        thrifty: bool = False,
        *,
        model: nn.Module | None = None,
        optimizers: tuple[Optimizer, ...] = (),
        facts: dict[str, Any] | None = None,
    ) -> None:
        self.run = run
        self.name = name
        self.step = 0
        self.samples_seen = 0
        self.ended: RunEnded | None = None
        self.broken: Exception | None = None
        self._output = output
        self._put: Sink | None = None
        self._process = os.getpid()
        self._started: float | None = None  # once the loop begins: what was imported and loaded before is not its time
        self._facts = facts or {}
        self._model = WeakModel(model)
        self._model_ids = {id(parameter) for parameter in model.parameters()} if model is not None else set[int]()
        self._handed_over = bool(optimizers)
        self._rows = RowCounter(self.give_up)
        self._passes = Passes(self._rows)
        self._measuring = Measuring(instruments, self._rows, thrifty)
        self._slots = Slots()
        self._slot_of = self._slots.by_optimizer
        self._by_hand: ByHand | None = ByHand(self._model_ids)  # until the first step of an optimizer
        self._first_optimizer: dict[str, Any] = {}
        self._unread: list[tuple[int, int, int, Value, float]] = []
        self._read_at = 0.0
        self._backwards_per_step = 1
        self._skipped = 0
        self._searches = SEARCHES
        self.not_finite = NotFinite()
        self._lock = threading.RLock()  # what is heard on several threads is taken one after the other
        self._mixed = False
        self._attached = False
        self._deaf: Callable[[], None] | None = None  # ends the hearing of beginnings
        self._hear_at = 0  # the step after which they are heard again
        for optimizer in optimizers:
            self._slots.number(self._meet(optimizer))

    @property
    def has_begun(self) -> bool:
        """Whether anything has happened that is worth a record."""
        return self._put is not None

    @property
    def kept_steps(self) -> int:
        """Steps that are safe in the record. Of a recording that has broken off it may have fewer than were heard."""
        kept = self._output.kept_steps
        return self.step if kept is None else min(kept, self.step)

    @property
    def _is_open(self) -> bool:
        """Not broken, not ended, and not the copy of it in a forked process."""
        return self.broken is None and self.ended is None and os.getpid() == self._process

    def begin(self) -> None:
        """Attach to PyTorch."""
        if (model := self._model()) is not None:
            self._rows.hook_first([model])
        listening.attach(self)
        self._attached = True
        self._hear_beginnings()

    def meet_all(self) -> None:
        """Where none was handed over, know those that exist, so that each loss finds its own from the start."""
        if not self._handed_over:
            for optimizer in live(Optimizer):
                self._meet_if_ours(optimizer)

    # --- what is heard

    def backward_begins(self, value: Value, nodes: list[Any], scaled: bool) -> None:
        """A loss, right before its gradients are computed."""
        here = self._rows.here
        rows, here.rows = here.rows, 0
        with self._lock:
            if self._by_hand is not None:
                if self._started is None:
                    self._started = time.time()
                    self._measuring.begin()
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
            with self._lock:
                slot = self._slot_of.get(id(optimizer)) or self._meet_if_ours(optimizer)
                if slot is None or self.broken is not None:
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
                if slot.number == 1 and (model := self._model()) is not None:
                    step = self.step + 1
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
            with self._lock:
                slot = self._slot_of.get(id(optimizer)) or self._meet_if_ours(optimizer)
                if slot is None or self.broken is not None:
                    return
                if slot.last != id(optimizer):
                    self._note_exchange(slot, optimizer)
                slot.stepping = None
                slot.heard_at = self._slots.backwards
                tally = slot.take(self._slots.unclaimed)
                if slot.number == 1:
                    self._advance(tally, rate_of(optimizer))
                else:
                    self._send_other(slot, tally, rate_of(optimizer))
                slot.clear()
                self._slots.unclaimed.count = 0
                if self._deaf is not None or self.step >= self._hear_at:
                    self._hear_what_is_needed()
        except Exception as error:
            self.give_up(error, within_step=True)

    def scale_updates(self, scaler: GradScaler) -> None:
        """A scaler looks back at its steps: one whose loss still waits was skipped, for gradients that overflowed."""
        with self._lock:
            for slot in self._slots:
                tally = slot.own if slot.own.count else slot.shared
                if slot.scaled and tally.count:
                    self._skipped += 1
                    loss = read([tally.mean])[0]
                    values = {"skipped": float(self._skipped), "loss": loss, "scale": float(scaler.get_scale())}
                    self._send(Measured(self.step, "scaler", values))
                    slot.clear()

    def pass_begins(self, loader: object) -> None:
        """Somebody iterates over a loader."""
        self._passes.pass_begins(loader)

    def optimizer_made(self, optimizer: Optimizer) -> None:
        """A new optimizer: most likely the model's, before its first batch."""
        with self._lock:
            self._meet_if_ours(optimizer)

    def give_up(self, error: Exception, within_step: bool = False) -> None:
        """Something of ours failed: say so once, let go, and leave the loop alone."""
        if self._is_open:
            with self._lock:
                if self.broken is not None:
                    return
                self.broken = error
            self._let_go(soon=within_step)
            reason = str(error) or type(error).__name__
            sys.stderr.write(f"loopscope: recording ends at step {self.step}, your loop goes on. {reason}\n")
            self._close_quietly()

    # --- what the user says

    def log(self, values: dict[str, float], arrays: dict[str, Any]) -> None:
        """Numbers and arrays of the user's own, at the step last taken."""
        if self._is_open:
            try:
                with self._lock:
                    self._send(Measured(self.step, "log", values, arrays))
            except Exception as error:
                self.give_up(error)

    def end(self, status: Status, reason: str) -> None:
        """The loop is over: send what is left, detach, close. Without effect the second time."""
        if not self._is_open:
            listening.detach(self)  # which one that broke within its last step is still waiting for
            return
        try:
            if self._by_hand is not None and self._by_hand.moved():
                self._stepped_by_hand(self._by_hand.tally)
            if self._unread:
                self._read_losses()
            ended = self._ending(status, reason)
            self._send(ended)
            self.ended = ended
            self._let_go()
            self._output.close()
        except Exception as error:
            self.ended = None
            self.give_up(error)

    def abandon(self) -> None:
        """Detach without a word: nothing happened that is worth a record."""
        self._let_go()
        self._close_quietly()

    # --- optimizers

    def _hear_what_is_needed(self) -> None:
        """Hear how the next step begins only where somebody has to: each call is time taken from the loop."""
        always = self._measuring.by_epoch or self._slots.untried or self._slots.with_closure
        if always or self._measuring.due(self.step + 1):
            self._hear_beginnings()
            return
        if self._deaf is not None:
            self._deaf()
            self._deaf = None
        self._hear_at = self._measuring.next_due(self.step + 1) - 1

    def _hear_beginnings(self) -> None:
        if self._deaf is None:
            self._deaf = listening.hear_steps_begin(self)

    def _meet_if_ours(self, optimizer: Optimizer) -> Slot | None:
        if id(optimizer) in self._slots.strangers:
            return None
        parameters = parameters_of(optimizer)
        if self._slots.holding(parameters) is None:
            full = sum(1 for _ in self._slots) >= MOST_OPTIMIZERS
            foreign = self._model_ids and not any(id(parameter) in self._model_ids for parameter in parameters)
            if self._handed_over or foreign or full:
                self._slots.leave_alone(optimizer)
                return None
        return self._meet(optimizer)

    def _meet(self, optimizer: Optimizer) -> Slot:
        known = self._slots.holding(parameters_of(optimizer)) is not None
        slot = self._slots.meet(optimizer)
        if not self._first_optimizer:
            self._first_optimizer = optimizer_facts(optimizer)
        if not known and not self._model_ids and (models := models_of(parameters_of(optimizer))):
            if self._model() is None:
                self._model = WeakModel(models[0])
            self._rows.hook_first([wrapped(models[0]), *models[1:]])
        if self._attached and self._deaf is None:
            self._hear_beginnings()
        return slot

    def _note_exchange(self, slot: Slot, optimizer: Optimizer) -> None:
        """An optimizer's first step, or its first after another one's over the same parameters."""
        if slot.number == 0:
            self._slots.number(slot)
        self._slots.untried.discard(id(optimizer))
        now = described(optimizer)
        if slot.last and not self._mixed:
            self._send(Changed(self.step, "optimizer", slot.described, now))
        slot.last, slot.described = id(optimizer), now

    # --- sending

    def _stepped_by_hand(self, tally: Tally) -> None:
        self._advance(tally, math.nan)
        tally.count = self._slots.unclaimed.count = 0
        for slot in self._slots:
            slot.clear()

    def _advance(self, tally: Tally, lr: float) -> None:
        """The run's own next step."""
        count = tally.count
        if count != self._backwards_per_step and count:
            self._send(Changed(self.step, "backwards_per_step", self._backwards_per_step, count))
            self._backwards_per_step = count
        self.step = step = self.step + 1
        began = self._passes.step(step)
        loss = tally.total if count == 1 else tally.mean
        if count and tally.rows:
            self.samples_seen += tally.rows
        elif self._searches:
            self._search_for_what_is_called()
        if isinstance(loss, (float, int)):
            if count and not math.isfinite(loss):
                self.not_finite.look(step, loss)
            put = self._put or self._begin_run()
            put(StepEnded(step, self._passes.epoch, self.samples_seen, loss, 0.0, lr))
        else:
            self._keep_unread(loss, lr)
        if self._measuring.moment is not None:
            self._measure(loss, lr, began)

    def _measure(self, loss: Value, lr: float, began: bool) -> None:
        number = read([loss])[0]
        self._measuring.after(self._passes.epoch, began, self.samples_seen, number, lr, self._send)

    def _send_other(self, slot: Slot, tally: Tally, lr: float) -> None:
        slot.steps += 1
        values = {"step": float(slot.steps), "lr": lr}
        if tally.count:
            values["loss"] = read([tally.mean])[0]
        self._send(Measured(self.step, f"optimizer{slot.number}", values))

    def _send(self, event: Event) -> None:
        if self._unread:
            self._read_losses()
        put = self._put or self._begin_run()
        put(event)

    def _keep_unread(self, loss: Tensor, lr: float) -> None:
        now = time.monotonic()
        if not self._unread:
            self._read_at = now + READ_EVERY_S
        self._unread.append((self.step, self._passes.epoch, self.samples_seen, loss, lr))
        if now > self._read_at or len(self._unread) >= READ_EVERY_STEPS:
            self._read_losses()

    def _read_losses(self) -> None:
        waiting, self._unread = self._unread, []
        put = self._put or self._begin_run()
        for (step, epoch, samples, _, lr), loss in zip(waiting, read([each[3] for each in waiting]), strict=True):
            self.not_finite.look(step, loss)
            put(StepEnded(step, epoch, samples, loss, 0.0, lr))

    def _begin_run(self) -> Sink:
        facts = dict(self._facts)
        if (model := self._model()) is not None:
            facts["model"] = model_facts(model)
        if self._first_optimizer:
            facts["optimizer"] = self._first_optimizer
        at = self._started or time.time()
        started = RunStarted(self.run, self.name, at, "watch", None, versions(), machine(), facts)
        self._put = self._output.begin(started)
        return self._put

    # --- the end

    def _ending(self, status: Status, reason: str) -> RunEnded:
        bad, facts = self.not_finite, self.not_finite.facts
        if status == "finished" and bad.last == self.step and bad.count:
            status, reason = "diverged", f"the loss is {bad.value} since step {bad.since}"
            facts |= {"tensor": "loss", "step": bad.since, "value": str(bad.value)}
        return RunEnded(self.step, status, reason or self._plain_reason(), time.time(), facts)

    def _plain_reason(self) -> str:
        return "the loop is over" if self.step else "no optimizer took a step while it was watched"

    def _search_for_what_is_called(self) -> None:
        """No batch was seen on its way into the model: it is called through a wrapper, or by another name."""
        self._searches -= 1
        model = self._model()
        if model is not None and (outer := wrapped(model)) is not model:
            self._rows.hook(outer)
        else:
            self._rows.hook_next()

    def _let_go(self, soon: bool = False) -> None:
        self._attached = False
        if soon:
            listening.detach_soon(self)
        else:
            listening.detach(self)
        self._rows.unhook()
        self._unread = []

    def _close_quietly(self) -> None:
        try:
            self._output.close()
        except Exception:
            return
