"""A live session: commands in, steps taken in turns, frames out. Never sees a socket, and computes nothing itself."""

from __future__ import annotations

import queue
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import Problem, UserMistake
from ..store import Store
from .lanes import Lanes
from .obeying import carry_out
from .pace import Pace
from .pipes import Inbox, Outbox
from .tasks import Task, Tasks
from .telling import Teller


class Session:
    """Obeys until the commands end. `clock` is monotonic [s], `now` the time of day [s].

    `lanes` are what it drives, `pace` says when a step is due, `tasks` what is done in slices instead, `teller` what
    the page hears. What each command means stands in obeying.py.
    """

    def __init__(
        self,
        inbox: Inbox,
        outbox: Outbox,
        store: Store,
        clock: Callable[[], float] = time.perf_counter,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._inbox, self._clock = inbox, clock
        self.lanes = Lanes(store, clock, now)
        self.pace = Pace(clock)
        self.tasks = Tasks(clock)
        self.teller = Teller(outbox, self.lanes, self.pace, self.tasks, clock)
        self._over = False

    def run(self) -> None:
        """Obey and train, until the server says no more."""
        while not self._over:
            self._listen()
            if self._over:
                break
            if self.tasks.going_on:
                self._work()
            elif self.pace.playing:
                self._play()
        self.lanes.close("the session was closed")

    # listening

    def _listen(self) -> None:
        """Obey everything that has come; wait where there is nothing else to do."""
        wait = self._wait()
        waited = wait != 0
        while wait != 0 or not self._inbox.empty():
            try:
                command = self._inbox.take(wait)
            except queue.Empty:
                break
            wait = 0
            if command is None:
                self._over = True
                break
            self.obey(command)
        if waited:
            self.teller.giving_way.rested()

    def _wait(self) -> float | None:
        """Seconds until there is something to do; None where only a command can bring it."""
        if self.tasks.going_on:
            return 0
        if not self.pace.playing:
            return None
        rest = max(0.0, self.teller.giving_way.until - self._clock())
        if rest or self.pace.speed is None:
            return rest
        due = self.pace.next_step
        if self.teller.dirty and self.teller.has_room:
            due = min(due, self.teller.next_frame)
        return max(0.0, due - self._clock())

    def obey(self, command: Mapping[str, Any]) -> None:
        """Carry out one command, or put it off until a seek is over; what cannot be obeyed is refused."""
        do = str(command.get("do"))
        try:
            if not self.tasks.puts_off(command):
                carry_out(self, do, command)
        except UserMistake as mistakes:
            self.teller.refused(do, mistakes.problems)
        except Exception as error:  # a fault of ours in one command must not cost a person's session
            traceback.print_exc(file=sys.stderr)
            fault = Problem(do, None, "what can be computed here", f"{type(error).__name__}: {error}")
            self.teller.refused(do, (fault,))

    # steps

    def _play(self) -> None:
        """One step in every lane, and a frame where one is due."""
        clock = self._clock()
        if not self.pace.is_due(clock):
            self.teller.frame_if_due()
            return
        draw = self.teller.is_frame_due(clock)
        went = False
        for lane in self.lanes:
            went = lane.step(draw) or went
        self.pace.rate.count()
        self.teller.dirty = True
        if not went or (self.pace.until_epoch and not self.lanes[0].live.rows_into_pass):
            self.stop()
            return
        if draw:
            self.teller.frame(steady=False)
        self.teller.checkpoint_if_due()

    def stop(self) -> None:
        """Play no more, and show where that is."""
        self.pace.stop()
        self.pace.rate.begin()
        if len(self.lanes):
            self.show_standing()

    def show_standing(self) -> None:
        """A whole frame of a session that stands still, for the page and for whoever takes over from this worker."""
        self.teller.frame(steady=True)
        self.teller.checkpoint_if_due()

    # what takes long

    def begin_task(self, name: str, task: Task) -> None:
        """Have a task be done in slices from now on; `name` is the command that asked for it."""
        self.tasks.begin(name, task)
        self._work()
        if self.tasks.going_on:
            self.teller.state()

    def _work(self) -> None:
        name = self.tasks.going_on
        try:
            self.tasks.work()
        except UserMistake as mistakes:
            self.teller.refused(name, mistakes.problems)
        if self.tasks.going_on:
            return
        self.teller.state()
        while self.tasks.put_off and not self.tasks.going_on:
            self.obey(self.tasks.put_off.popleft())
