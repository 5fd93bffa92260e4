"""What a page is sent and when: frames it can draw in time, state, lanes, refusals. Takes no step."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import Problem, printable, shown
from . import recovery
from .giving_way import GivingWay
from .lanes import Lanes
from .pace import Pace
from .pipes import Outbox
from .tasks import Tasks

FRAME_S = 1 / 60
FASTEST_S = 1 / 120
"""Between two frames at least, where the page has drawn all that it was sent: then it sets the pace, frame by frame."""

MOST_ON_THEIR_WAY = 2
SHARE = 0.35
"""Of the time, at most, that the shown instruments may take; the rest is for training."""


class Teller:
    """`dirty` where steps were taken since the last frame; frames that were not `drawn` yet are on their way."""

    def __init__(self, outbox: Outbox, lanes: Lanes, pace: Pace, tasks: Tasks, clock: Callable[[], float]) -> None:
        self.send = outbox.send
        self._lanes, self._pace, self._tasks, self._clock = lanes, pace, tasks, clock
        self.dirty = False
        self.giving_way = GivingWay(clock, time.thread_time)
        self._last_frame = self._rest = self._next_checkpoint = 0.0
        self._on_their_way: deque[int] = deque()
        self._last_state: dict[str, Any] = {}
        self._last_reach: tuple[int, int] | None = None
        self._last_runs: dict[int, str] = {}

    # frames

    @property
    def has_room(self) -> bool:
        """Whether the page has drawn enough to be sent another frame."""
        return len(self._on_their_way) < MOST_ON_THEIR_WAY

    def drawn(self, number: int) -> None:
        """The page has drawn every message up to this one."""
        while self._on_their_way and self._on_their_way[0] <= number:
            self._on_their_way.popleft()
        self.giving_way.drawn(number)

    def expect_nothing(self) -> None:
        """Whoever asks anew has drawn what there was, or never will."""
        self._on_their_way.clear()
        self.giving_way.forget()

    @property
    def next_frame(self) -> float:
        """When a frame is due, where there is room for it."""
        return self._last_frame + max(FRAME_S if self._on_their_way else FASTEST_S, self._rest)

    def is_frame_due(self, clock: float) -> bool:
        return self.has_room and clock >= self.next_frame

    def frame_if_due(self) -> None:
        if self.dirty and self.is_frame_due(self._clock()):
            self.frame(steady=False)

    def frame(self, steady: bool) -> None:
        """Steps since the last frame, and what the shown instruments read now; loss and metrics, too, if `steady`."""
        begun = self._clock()
        self.reach()
        number = 0
        for place, lane in enumerate(self._lanes):
            if lane.changed:
                self.lanes()
            lane.look(steady)
            number = self.send("events", lane=place, events=lane.taken_events())
        self.state()
        if number:
            self._on_their_way.append(number)
            self.giving_way.frame_sent(number)
        self.dirty = False
        self._last_frame, self._rest = begun, (self._clock() - begun) / SHARE

    # what is known of the lanes

    def everything(self) -> None:
        """Lanes that are new to the page, their data, and how they stand."""
        self.lanes()
        self.data()
        self.frame(steady=True)

    def lanes(self) -> None:
        self.reach()
        for number, lane in enumerate(self._lanes):
            if lane.changed:
                lane.changed = False
                self._note_run(number, lane.record.run)
                self.send("lane", lane=number, lanes=len(self._lanes), **lane.message())

    def data(self) -> None:
        for number, lane in enumerate(self._lanes):
            if lane.live.view is not None:
                lane.tell(lane.live.view.points(lane.live.taken))
                self.events(number)

    def events(self, number: int) -> None:
        """What a lane has to tell, without measuring anything."""
        self.reach()
        self.send("events", lane=number, events=self._lanes[number].taken_events())

    # how it goes

    def state(self) -> None:
        """How the session stands, where that is news."""
        live = self._lanes[0].live if len(self._lanes) else None
        pace = self._pace
        state = {
            "status": self._status(),
            "playing": pace.playing,
            "step": self._lanes.step,
            "epoch": live.epoch if live else 0,
            "head": self._lanes.head,
            "phase": live.phase if live else "",
            "steps_per_second": pace.rate.value if pace.playing else 0.0,
            "speed": pace.speed,
            "finished": live.finished if live else "",
            "shown": self._lanes.names,
            "columns": list(live.view.columns) if live and live.view else [],
        }
        if state != self._last_state:
            self._last_state = state
            self.send("state", **state)

    def _status(self) -> str:
        if not len(self._lanes):
            return "starting"
        if self._tasks.going_on == "seek":
            return "seeking"
        if self._pace.playing:
            return "playing"
        over = [lane.live for lane in self._lanes if not lane.live.can_go_on]
        if len(over) < len(self._lanes):
            return "paused"
        return "diverged" if any(live.diverged for live in over) else "finished"

    def refused(self, do: str, problems: Sequence[Problem]) -> None:
        self.send("refused", do=do, problems=[plain_problem(problem) for problem in problems])

    # for another worker

    def _note_run(self, lane: int, run: str) -> None:
        if run != self._last_runs.get(lane):
            self._last_runs[lane] = run
            self._next_checkpoint = 0.0  # states of the run before lead nowhere any more

    def reach(self) -> None:
        """How far the steps go that are told next: said before them, or those told last before an end were unknown.

        While it is being sought, what was said before stands.
        """
        reach = self._lanes.step, self._lanes.head
        if reach != self._last_reach and self._tasks.going_on != "seek":
            self._last_reach = reach
            self.send("reach", step=reach[0], head=reach[1])

    def checkpoint_if_due(self) -> None:
        """What another worker would need, at most once a second, and as soon as another run has begun."""
        clock = self._clock()
        if clock < self._next_checkpoint or any(lane.changed for lane in self._lanes):
            return  # a state of a run that nobody has been told of would stand in the way of one that fits
        states = [(lane.record.run, state) for lane in self._lanes for state in lane.states()]
        data = recovery.checkpoint(states) if states else None
        if data is not None:
            self.send("checkpoint", step=self._lanes.step, data=data)
        self._next_checkpoint = clock + max(recovery.EVERY_S, 50 * (self._clock() - clock))


def plain_problem(problem: Problem) -> dict[str, Any]:
    """A problem as msgpack can hold it, in one line each."""
    value = problem.value
    simple = value is None or isinstance(value, (bool, float)) or (isinstance(value, int) and abs(value) < 2**63)
    return {
        "field": printable(problem.field),
        "value": value if simple else shown(value),
        "allowed": printable(problem.allowed),
        "try_next": printable(problem.try_next),
    }
