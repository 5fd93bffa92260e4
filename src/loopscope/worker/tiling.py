"""`python -m loopscope.worker.tiling --home DIR`: a sweep that somebody watches, on stdin and stdout. Never sees HTTP.

All runs train together; a frame shows each as it stands, no more of them than are drawn. What is over is recorded as
`loopscope sweep` records it. The end of stdin ends it.
"""

from __future__ import annotations

import argparse
import queue
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Problem, StoreError, UserMistake
from ..events.values import packed
from .pace import MOST_BEHIND_S, Pace
from .pipes import Inbox, Outbox, own_pipes
from .telling import FRAME_S, MOST_ON_THEIR_WAY, SHARE, plain_problem

if TYPE_CHECKING:
    from .tiled import Tiled

STRIDE = 64
"""Steps that one stack may be ahead of another, at the most."""
ROUND_S = 0.03
"""Of training between two looks at the commands, about."""
MEMORY = 0.2
"""Weight of the newest step in the average of what one takes."""
SWITCH_S = 0.001
"""How long the training thread may keep the one that reads commands waiting."""


def main() -> None:
    """Say `ready` once torch is imported, then obey until stdin ends."""
    parser = argparse.ArgumentParser(prog="python -m loopscope.worker.tiling")
    parser.add_argument("--home", type=Path, required=True, help="folder of the record")
    home = parser.parse_args().home
    stdin, stdout = own_pipes()
    sys.setswitchinterval(SWITCH_S)

    from ..engines import threads
    from ..engines.telling import versions

    outbox = Outbox(stdout)
    outbox.send("ready", versions=versions(), limits={})
    with threads(1):
        Tiling(Inbox(stdin), outbox, home).run()


class Tiling:
    """Obeys until the commands end. One sweep at a time, the next in its place. `clock` is monotonic [s]."""

    def __init__(
        self, inbox: Inbox, outbox: Outbox, home: Path, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        from .tiled import Tiled

        self._inbox, self._send, self._home, self._clock = inbox, outbox.send, home, clock
        self._make = partial(Tiled, home=home)
        self.pace = Pace(clock)
        self.shown: Tiled | None = None
        self._on_their_way: list[int] = []
        self._next_frame, self._step_s = 0.0, ROUND_S
        self._over = self._dirty = False
        self._last_state: dict[str, Any] = {}

    def run(self) -> None:
        """Obey and train, until the server says no more."""
        while not self._over:
            self._listen(self._wait())
            if not self._over and self.pace.playing:
                self._try(self._play)

    # listening

    def _wait(self) -> float | None:
        """Seconds until there is something to do; None where only a command can bring it."""
        if not self.pace.playing:
            return None
        return 0 if self.pace.speed is None else max(0.0, self.pace.next_step - self._clock())

    def _listen(self, wait: float | None) -> None:
        while wait != 0 or not self._inbox.empty():
            try:
                command = self._inbox.take(wait)
            except queue.Empty:
                return
            wait = 0
            if command is None:
                self._over = True
                return
            self.obey(command)

    def obey(self, command: Mapping[str, Any]) -> None:
        """Carry out one command; what cannot be obeyed is refused."""
        do = str(command["do"])
        self._try(partial(getattr(self, f"do_{do}"), command), do)

    def _try(self, act: Callable[[], None], do: str = "play") -> None:
        try:
            act()
        except UserMistake as mistakes:
            self._refused(do, *mistakes.problems)
        except StoreError as error:
            self.pace.stop()
            self._refused(do, Problem("record", str(self._home), "a record that can be written", str(error)))
        except Exception as error:  # a fault of ours in one command must not cost a person's sweep
            self.pace.stop()
            traceback.print_exc(file=sys.stderr)
            self._refused(do, Problem(do, None, "what can be computed here", f"{type(error).__name__}: {error}"))
        self._state()

    def _refused(self, do: str, *problems: Problem) -> None:
        self._send("refused", do=do, problems=[plain_problem(problem) for problem in problems])

    # commands

    def do_ping(self, command: Mapping[str, Any]) -> None:
        self._send("pong")

    def do_foresee(self, command: Mapping[str, Any]) -> None:
        from .foreseeing import foreseen

        self._send("foreseen", **foreseen(command, self._home).said())

    def do_begin(self, command: Mapping[str, Any]) -> None:
        from .foreseeing import foreseen

        asked = foreseen(command, self._home)
        self.do_stop({})
        self.shown = self._make(asked, command["resolution"] or asked.resolution)
        self._on_their_way = []
        self._send("begun", **packed(self.shown.begun()))
        self.pace.speed = command["steps_per_second"]
        self.pace.play()
        self._frame()

    def do_play(self, command: Mapping[str, Any]) -> None:
        if self.shown is not None and not self.shown.over:
            self.pace.play()
            self._state()

    def do_pause(self, command: Mapping[str, Any]) -> None:
        """Stand still at one step, which is the one that is shown."""
        self.pace.stop()
        shown = self.shown
        if shown is None or shown.over:
            return
        if self._dirty:
            shown.advance(1, look=True)
        if shown.over:
            self._end()
        else:
            self._frame()

    def do_stop(self, command: Mapping[str, Any]) -> None:
        """End it here; what is finished stays recorded."""
        self.pace.stop()
        if self.shown is not None and not self.shown.over:
            self._end()

    def do_speed(self, command: Mapping[str, Any]) -> None:
        self.pace.set_speed(command["steps_per_second"])
        self._state()

    def do_seed(self, command: Mapping[str, Any]) -> None:
        if self.shown is not None:
            self.shown.repetition = min(command["repetition"], self.shown.plan.seeds - 1)
            if not self.pace.playing:
                self._frame()

    def do_drawn(self, command: Mapping[str, Any]) -> None:
        self._on_their_way = [number for number in self._on_their_way if number > command["seq"]]

    # steps and frames

    @property
    def _has_room(self) -> bool:
        return len(self._on_their_way) < MOST_ON_THEIR_WAY

    def _play(self) -> None:
        """Steps of all runs until the next frame, or some of them where nobody draws."""
        shown = self.shown
        assert shown is not None, "only what is there plays"
        steps = self._due()
        if not steps:
            return
        begun = self._clock()
        look = self._has_room and begun >= self._next_frame
        shown.advance(steps, look)
        self._dirty = not look
        self._step_s += MEMORY * ((self._clock() - begun) / steps - self._step_s)
        self.pace.rate.count(steps)
        if shown.over:
            self.pace.stop()
            self._end()
        elif look:
            self._frame()
            rest = 0.0 if self.pace.speed else shown.looking_s / SHARE  # at a pace, training waits for its time anyway
            self._next_frame = begun + max(FRAME_S, rest)

    def _due(self) -> int:
        """Steps that are due now, no more than are taken in one go."""
        speed, now = self.pace.speed, self._clock()
        most = max(1, min(STRIDE, int(ROUND_S / self._step_s)))
        if speed is None:
            return most
        steps = min(most, int((now - self.pace.next_step) * speed) + 1) if now >= self.pace.next_step else 0
        self.pace.next_step = max(self.pace.next_step + steps / speed, now - MOST_BEHIND_S)
        return steps

    def _frame(self) -> None:
        assert self.shown is not None, "only what is there is shown"
        self._dirty = False
        self._on_their_way.append(self._send("frame", **packed(self.shown.frame())))
        self._state()

    def _end(self) -> None:
        """The last frame, and what is to be said of it all."""
        assert self.shown is not None
        self.shown.over = True
        self._frame()
        self._send("done", **packed(self.shown.done()))

    def _state(self) -> None:
        rate = self.pace.rate.value if self.pace.playing else 0.0
        shown = self.shown
        status = "none" if shown is None else "over" if shown.over else "playing" if self.pace.playing else "paused"
        state = {"status": status, "steps_per_second": rate, "speed": self.pace.speed}
        if state != self._last_state:
            self._last_state = state
            self._send("state", **state)


if __name__ == "__main__":
    main()
