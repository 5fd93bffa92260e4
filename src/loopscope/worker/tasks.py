"""What takes long and is done in slices: the task in hand, and the commands that wait for its end. Knows no task."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from ..errors import mistake

SLICE_S = 0.012
"""Time given to a task before the next look at the commands."""

PATIENCE_S = 0.3
"""A seek that takes longer than this gives way to the next one."""

IN_BETWEEN = frozenset({"drawn", "ping", "speed", "code", "inspect"})
"""Commands that are carried out while a task goes on."""

AT_ONCE = frozenset({"start", "reset", "pause", "recover"})
"""Commands that a seek gives way to; any other waits for its end. A landscape gives way to all."""

MOST_PUT_OFF = 200
"""Commands that wait for the end of a task: what a slider sends in some seconds."""

Task: TypeAlias = Iterator[Any]


class Tasks:
    """At most one task at a time, by name; `put_off` are the commands for after it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._task: Task | None = None
        self._name = ""
        self._begun_at = 0.0
        self.put_off: deque[Mapping[str, Any]] = deque()

    @property
    def going_on(self) -> str:
        """The name of the task in hand; "" where there is none."""
        return self._name

    def begin(self, name: str, task: Task) -> None:
        self._task, self._name, self._begun_at = task, name, self._clock()

    def end(self) -> None:
        """The task is over, or left where it stands."""
        self._task, self._name = None, ""

    def work(self) -> None:
        """Go on with it for a slice of time. What it raises ends it."""
        begun = self._clock()
        try:
            while self._task is not None and self._clock() - begun < SLICE_S:
                if next(self._task, self) is self:
                    self.end()
        except Exception:
            self.end()
            raise

    def puts_off(self, command: Mapping[str, Any]) -> bool:
        """Whether a command has to wait, and does so from now on; where not, the task may have been given up for it.

        Raises `UserMistake` where too many wait already.
        """
        do = str(command.get("do"))
        if self._task is None or do in IN_BETWEEN:
            return False
        if self._name == "seek" and self._lets_wait(do):
            if len(self.put_off) >= MOST_PUT_OFF:
                raise mistake("do", do, f"{MOST_PUT_OFF} commands at most while a seek goes on", "Wait for its end.")
            self.put_off.append(command)
            return True
        self.end()
        self.put_off.clear()
        return False

    def _lets_wait(self, do: str) -> bool:
        if do != "seek":
            return do not in AT_ONCE
        # of those who move a slider, only the last place matters
        self.put_off = deque(other for other in self.put_off if other["do"] != "seek")
        return self._clock() - self._begun_at < PATIENCE_S
