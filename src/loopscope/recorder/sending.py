"""What is sent of a run: its steps are counted, their losses become events. Hears nothing, touches no file.

Holds a loss on an accelerator unread for a while, because reading it makes the loop wait.
"""

from __future__ import annotations

import math
import time
from typing import Any

from torch import Tensor

from ..events import Changed, Event, Measured, RunStarted, StepEnded
from .about import machine, versions
from .finite import NotFinite
from .losses import Value, read
from .measuring import Measuring
from .output import Output, Sink
from .passes import Passes
from .slots import Slot, Tally
from .trained import Trained

READ_EVERY_S = 0.25
READ_EVERY_STEPS = 128
"""How long losses may stay on an accelerator unread: reading one makes the loop wait for it."""


class Sending:
    """One run's events, from the first of them; `RunStarted` is put before it."""

    def __init__(
        self,
        run: str,
        name: str,
        output: Output,
        facts: dict[str, Any],
        trained: Trained,
        passes: Passes,
        measuring: Measuring,
    ) -> None:
        self.step = 0
        self.samples_seen = 0
        self.loop_began: float | None = None  # what was imported and loaded before is not its time
        self.not_finite = NotFinite()
        self._run = run
        self._name = name
        self._output = output
        self._facts = facts
        self._trained = trained
        self._passes = passes
        self._measuring = measuring
        self._put: Sink | None = None
        self._unread: list[tuple[int, int, int, Value, float]] = []
        self._read_at = 0.0
        self._backwards_per_step = 1
        self._skipped = 0

    @property
    def has_begun(self) -> bool:
        """Whether there was anything to send."""
        return self._put is not None

    def loop_begins(self) -> None:
        """Now."""
        self.loop_began = time.time()
        self._measuring.begin()

    def advance(self, tally: Tally, lr: float) -> None:
        """The run's own next step."""
        count = tally.count
        if count != self._backwards_per_step and count:
            self.send(Changed(self.step, "backwards_per_step", self._backwards_per_step, count))
            self._backwards_per_step = count
        self.step = step = self.step + 1
        began = self._passes.step(step)
        loss = tally.total if count == 1 else tally.mean
        if count and tally.rows:
            self.samples_seen += tally.rows
        elif self._trained.searches:
            self._trained.search_for_what_is_called()
        if isinstance(loss, (float, int)):
            if count and not math.isfinite(loss):
                self.not_finite.look(step, loss)
            put = self._put or self._begin_run()
            put(StepEnded(step, self._passes.epoch, self.samples_seen, loss, 0.0, lr))
        else:
            self._keep_unread(loss, lr)
        if self._measuring.moment is not None:
            self._measure(loss, lr, began)

    def other(self, slot: Slot, tally: Tally, lr: float) -> None:
        """The next step of an optimizer beyond the first."""
        slot.steps += 1
        values = {"step": float(slot.steps), "lr": lr}
        if tally.count:
            values["loss"] = read([tally.mean])[0]
        self.send(Measured(self.step, f"optimizer{slot.number}", values))

    def skipped(self, tally: Tally, scale: float) -> None:
        """A step that a gradient scaler left out."""
        self._skipped += 1
        loss = read([tally.mean])[0]
        self.send(Measured(self.step, "scaler", {"skipped": float(self._skipped), "loss": loss, "scale": scale}))

    def send(self, event: Event) -> None:
        """After all that came before it."""
        if self._unread:
            self._read_losses()
        put = self._put or self._begin_run()
        put(event)

    def flush(self) -> None:
        """Send what is still to be read."""
        if self._unread:
            self._read_losses()

    def forget_losses(self) -> None:
        """Send none of those."""
        self._unread = []

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

    def _measure(self, loss: Value, lr: float, began: bool) -> None:
        number = read([loss])[0]
        self._measuring.after(self._passes.epoch, began, self.samples_seen, number, lr, self.send)

    def _begin_run(self) -> Sink:
        facts = {**self._facts, **self._trained.facts}
        at = self.loop_began or time.time()
        started = RunStarted(self._run, self._name, at, "watch", None, versions(), machine(), facts)
        self._put = self._output.begin(started)
        return self._put
