"""One run of somebody's own loop, from its beginning to its end. Never steers the loop and never touches a file.

It holds no tensor beyond a step, and a failure of its own ends the recording, never the loop.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from torch import nn
from torch.optim import Optimizer

from ..events import Measured, RunEnded, Status
from ..instruments import Instrument
from .hearing import Hearing
from .measuring import Measuring
from .output import Output
from .passes import Passes
from .rows import RowCounter
from .sending import Sending
from .trained import Trained


class Recording:
    """What is heard of a loop becomes what is sent, from `begin` to `end`."""

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
        self.ended: RunEnded | None = None
        self.broken: Exception | None = None
        self._output = output
        self._process = os.getpid()
        self._rows = rows = RowCounter(self.give_up)
        self._trained = Trained(model, optimizers, rows)
        passes, measuring = Passes(rows), Measuring(instruments, rows, thrifty)
        self._sending = Sending(run, name, output, facts or {}, self._trained, passes, measuring)
        self._hearing = Hearing(self._trained, self._sending, passes, measuring, rows, self.give_up)

    @property
    def step(self) -> int:
        """Steps heard of so far."""
        return self._sending.step

    @property
    def has_begun(self) -> bool:
        """Whether anything has happened that is worth a record."""
        return self._sending.has_begun

    @property
    def kept_steps(self) -> int:
        """Steps that are safe in the record. Of a recording that has broken off it may have fewer than were heard."""
        kept = self._output.kept_steps
        return self.step if kept is None else min(kept, self.step)

    @property
    def _is_open(self) -> bool:
        """Not broken, not ended, and not the copy of it in a forked process."""
        return self.broken is None and self.ended is None and os.getpid() == self._process

    def meet_all(self) -> None:
        """Where no optimizer was handed over, know those that exist before the first loss."""
        self._trained.meet_all()

    def begin(self) -> None:
        """Attach to PyTorch."""
        self._trained.hook()
        self._hearing.attach()

    def log(self, values: dict[str, float], arrays: dict[str, Any]) -> None:
        """Numbers and arrays of the user's own, at the step last taken."""
        if self._is_open:
            try:
                with self._hearing.lock:
                    self._sending.send(Measured(self.step, "log", values, arrays))
            except Exception as error:
                self.give_up(error)

    def end(self, status: Status, reason: str) -> None:
        """The loop is over: send what is left, detach, close. Without effect the second time."""
        if not self._is_open:
            self._hearing.detach()  # which one that broke within its last step is still waiting for
            return
        try:
            self._hearing.look_for_a_last_step()
            self._sending.flush()  # before the ending: they say whether the loop diverged
            ended = self._ending(status, reason)
            self._sending.send(ended)
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

    def give_up(self, error: Exception, within_step: bool = False) -> None:
        """Something of ours failed: say so once, let go, and leave the loop alone."""
        if self._is_open:
            with self._hearing.lock:
                if self.broken is not None:
                    return
                self.broken = error
                self._hearing.ceased = True
            self._let_go(soon=within_step)
            reason = str(error) or type(error).__name__
            sys.stderr.write(f"loopscope: recording ends at step {self.step}, your loop goes on. {reason}\n")
            self._close_quietly()

    def _ending(self, status: Status, reason: str) -> RunEnded:
        bad, facts = self._sending.not_finite, self._sending.not_finite.facts
        if status == "finished" and bad.last == self.step and bad.count:
            status, reason = "diverged", f"the loss is {bad.value} since step {bad.since}"
            facts |= {"tensor": "loss", "step": bad.since, "value": str(bad.value)}
        return RunEnded(self.step, status, reason or self._plain_reason(), time.time(), facts)

    def _plain_reason(self) -> str:
        return "the loop is over" if self.step else "no optimizer took a step while it was watched"

    def _let_go(self, soon: bool = False) -> None:
        self._hearing.detach(soon)
        self._rows.unhook()
        self._sending.forget_losses()

    def _close_quietly(self) -> None:
        try:
            self._output.close()
        except Exception:
            return
