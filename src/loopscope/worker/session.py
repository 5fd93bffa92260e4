"""A live session: commands in, steps taken in turns, frames out. Never sees a socket, and computes nothing itself."""

from __future__ import annotations

import queue
import re
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch

from .. import export
from ..datasets import Dataset
from ..engines.landscape import landscape
from ..engines.live import Live, changed
from ..engines.refitting import differences, in_flight
from ..errors import Problem, UserMistake, mistake, printable, shown
from ..experiment import Experiment, validate
from ..store import Store
from . import limits, recovery
from .lane import Lane, shown_instruments
from .pipes import Inbox, Outbox

FRAME_S = 1 / 60
MOST_ON_THEIR_WAY = 2
SHARE = 0.35
"""Of the time, at most, that the shown instruments may take; the rest is for training."""

SLICE_S = 0.012
"""Time given to what can be interrupted (seeking, a landscape) before the next look at the commands."""

PATIENCE_S = 0.3
"""A seek that takes longer than this gives way to the next one."""

Task = Iterator[Any]


class Session:
    """Obeys until the commands end. `clock` is monotonic [s], `now` the time of day [s]."""

    def __init__(
        self,
        inbox: Inbox,
        outbox: Outbox,
        store: Store,
        clock: Callable[[], float] = time.perf_counter,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.inbox, self.send, self.store, self._clock, self._now = inbox, outbox.send, store, clock, now
        self.lanes: list[Lane] = []
        self.playing = False
        self.until_epoch = False
        self.speed: float | None = None
        self.names: list[str] = []
        self.resolution: int | None = None
        self.columns: list[int] | None = None
        self._threads = torch.get_num_threads()
        self._task: Task | None = None
        self._task_name = ""
        self._task_began = 0.0
        self._after: deque[Mapping[str, Any]] = deque()
        self._on_their_way: deque[int] = deque()
        self._dirty = False
        self._next_frame = self._next_step = self._next_checkpoint = 0.0
        self._last_state: dict[str, Any] = {}
        self._rate = Rate(clock)
        self._over = False

    def run(self) -> None:
        """Obey and train, until the server says no more."""
        while not self._over:
            self._listen()
            if self._over:
                break
            if self._task is not None:
                self._work_on_task()
            elif self.playing:
                self._play()
        for lane in self.lanes:
            lane.close("the session was closed")

    # listening

    def _listen(self) -> None:
        """Obey everything that has come; wait where there is nothing else to do."""
        wait = self._wait()
        while wait != 0 or not self.inbox.empty():
            try:
                command = self.inbox.take(wait)
            except queue.Empty:
                return
            wait = 0
            if command is None:
                self._over = True
                return
            self.obey(command)

    def _wait(self) -> float | None:
        """Seconds until there is something to do; None where only a command can bring it."""
        if self._task is not None:
            return 0
        if not self.playing:
            return None
        if self.speed is None:
            return 0
        due = self._next_step
        if self._dirty and len(self._on_their_way) < MOST_ON_THEIR_WAY:
            due = min(due, self._next_frame)
        return max(0.0, due - self._clock())

    def obey(self, command: Mapping[str, Any]) -> None:
        """Carry out one command, or put it off until a seek is over; what cannot be obeyed is refused."""
        do = str(command.get("do"))
        if self._task is not None and do not in IN_BETWEEN:
            if do == "seek" and self._task_name == "seek":
                self._after = deque(other for other in self._after if other["do"] != "seek")
                if self._clock() - self._task_began < PATIENCE_S:
                    self._after.append(command)
                    return
            elif do not in AT_ONCE and self._task_name == "seek":
                self._after.append(command)
                return
            self._give_up()
        try:
            self._obey(do, command)
        except UserMistake as mistakes:
            self._refuse(do, mistakes.problems)
        except Exception as error:  # a fault of ours in one command must not cost a person's session
            traceback.print_exc(file=sys.stderr)
            self._refuse(do, (Problem(do, None, "what can be computed here", f"{type(error).__name__}: {error}"),))

    def _obey(self, do: str, command: Mapping[str, Any]) -> None:
        handler = HANDLERS.get(do)
        if handler is None:
            raise mistake("do", do, ", ".join(HANDLERS))
        if not self.lanes and do in NEED_LANES:
            raise mistake("do", do, "start, as long as there is no experiment", "Begin with an experiment.")
        handler(self, command)

    def _refuse(self, do: str, problems: Sequence[Problem]) -> None:
        self.send("refused", do=do, problems=[_plain(problem) for problem in problems])

    # commands

    def _start(self, command: Mapping[str, Any]) -> None:
        self._begin([validate(dict(plain)) for plain in command["experiments"]])

    def _recover(self, command: Mapping[str, Any]) -> None:
        kept = recovery.snapshots_in(command.get("checkpoint"))
        lanes: list[Lane] = []
        for plain in command["lanes"]:
            base, changes = recovery.history(plain["experiment"], plain["changes"])
            step = int(command["step"])
            live = Live.resumed(base, changes, step, kept.get(plain["run"]), self._dataset(base))
            came_from = (plain["run"], step) if step else None
            lanes.append(Lane(live, self.store, came_from=came_from, now=self._now, clock=self._clock))
        self._take_over(lanes)
        self._go_to(int(command["step"]))
        self.playing = bool(command.get("playing"))

    def _play_on(self, _: Mapping[str, Any]) -> None:
        self._check_can_go_on()
        self.playing, self.until_epoch = True, False
        self._next_step = self._clock()
        self._rate.begin()
        self._tell_state()

    def _pause(self, _: Mapping[str, Any]) -> None:
        self._stop()

    def _set_speed(self, command: Mapping[str, Any]) -> None:
        self.speed = command["steps_per_second"]
        self._next_step = self._clock()
        self._tell_state()

    def _advance(self, command: Mapping[str, Any]) -> None:
        self._check_can_go_on()
        self.playing = False
        match command["by"]:
            case "phase":
                for lane in self.lanes:
                    lane.next_phase()
            case "batch":
                for lane in self.lanes:
                    lane.step(drawn_after=True)
            case _:
                self.playing = self.until_epoch = True
                self._next_step = self._clock()
                self._rate.begin()
                self._tell_state()
                return
        self._frame(steady=True)
        self._checkpoint()

    def _seek(self, command: Mapping[str, Any]) -> None:
        step, head = int(command["step"]), self.head
        if not 0 <= step <= head:
            raise mistake("step", step, f"0 to {head:,}, the steps there are", f"Take {head}.")
        self._go_to(step)

    def _go_to(self, step: int) -> None:
        self.playing = False
        self._begin_task("seek", self._seeking(step))

    def _seeking(self, step: int) -> Task:
        for lane in self.lanes:
            yield from lane.seeking(step)
        self._task = None
        self._tell_lanes()
        self._frame(steady=True)

    def _reset(self, command: Mapping[str, Any]) -> None:
        experiments = [lane.live.experiment for lane in self.lanes]
        if command.get("new_weights"):
            experiments = [_with_seed(experiment, experiment.seed.init + 1) for experiment in experiments]
        self._begin(experiments)

    def _change(self, command: Mapping[str, Any]) -> None:
        settings, which = dict(command["settings"]), command.get("lane")
        self._check_lane(which)
        chosen = [lane for number, lane in enumerate(self.lanes) if which in (None, number)]
        wanted = {id(lane): changed(lane.live.experiment, settings) for lane in chosen}
        fixed = [path for lane in chosen for path in _fixed(lane.live.experiment, wanted[id(lane)])]
        if fixed and not command.get("restart"):
            self.send("restart_needed", settings=settings, fields=list(dict.fromkeys(fixed)), lane=which)
            return
        if fixed:
            playing = self.playing
            self._begin([wanted.get(id(lane), lane.live.experiment) for lane in self.lanes])
            if playing:
                self._play_on({})
            return
        for lane in chosen:
            limits.check(wanted[id(lane)], lane.dataset)
        for lane in chosen:
            lane.change(settings)
        self._tell_lanes()
        self._frame(steady=False)
        self._checkpoint()

    def _edit(self, command: Mapping[str, Any]) -> None:
        lane = self._lane(command)
        lane.edit(command["tensor"], command["index"], command["value"])
        self._tell_lanes()
        self._frame(steady=True)
        self._checkpoint()

    def _inspect(self, command: Mapping[str, Any]) -> None:
        lane = self._lane(command)
        seen = lane.live.inspect(command["tensor"], command["index"])
        self.send(
            "inspected",
            lane=command.get("lane", 0),
            tensor=seen.tensor,
            index=list(seen.index),
            name=seen.name,
            value=seen.value,
            gradient=seen.gradient,
            update=seen.update,
            buffers=seen.buffers,
            formula=seen.formula,
            step=seen.step,
        )

    def _show(self, command: Mapping[str, Any]) -> None:
        names = list(command["instruments"])
        shown_instruments(names, None)  # an unknown name is refused before anything is taken over
        self.names = names
        self.resolution = command.get("resolution") or self.resolution
        for lane in self.lanes:
            lane.show(self.names, self.resolution)
        self._on_their_way.clear()  # whoever asks anew has drawn what there was, or never will
        if self.lanes:
            self._tell_data()
            self._frame(steady=True)

    def _view(self, command: Mapping[str, Any]) -> None:
        columns = list(command["columns"])
        before = [lane.live.view for lane in self.lanes]
        try:
            for lane in self.lanes:
                lane.live.look_over(columns)
        except UserMistake:
            for lane, view in zip(self.lanes, before, strict=True):
                lane.live.look_over(view.columns if view else None)
            raise
        self.columns = columns
        for lane in self.lanes:
            lane.changed = True
        self._tell_lanes()
        self._tell_data()
        self._frame(steady=False)

    def _code(self, command: Mapping[str, Any]) -> None:
        experiment = self._lane(command).live.experiment
        notebook = command["to"] == "notebook"
        text = export.notebook(experiment) if notebook else export.script(experiment)
        stem = re.sub(r"[^a-z0-9]+", "-", (experiment.name or experiment.data.name).lower()).strip("-") or "run"
        name = f"{stem}.{'ipynb' if notebook else 'py'}"
        self.send("code", lane=command.get("lane", 0), to=command["to"], text=text, name=name)

    def _landscape(self, command: Mapping[str, Any]) -> None:
        lane = self._lane(command)
        number, resolution = command.get("lane", 0), command.get("resolution") or 25

        def computing() -> Task:
            for measured in landscape(lane.live, resolution):
                if measured is not None:
                    lane.tell(measured)
                yield
            self._task = None
            self.send("events", lane=number, events=lane.taken_events())

        self._begin_task("landscape", computing())

    def _drawn(self, command: Mapping[str, Any]) -> None:
        while self._on_their_way and self._on_their_way[0] <= command["seq"]:
            self._on_their_way.popleft()
        if self._dirty and self.playing and self.speed is not None:
            self._frame_if_due()

    def _ping(self, _: Mapping[str, Any]) -> None:
        self.send("pong")

    # time

    @property
    def step(self) -> int:
        return max((lane.live.taken for lane in self.lanes), default=0)

    @property
    def head(self) -> int:
        return max((lane.live.head for lane in self.lanes), default=0)

    def _play(self) -> None:
        """One step in every lane, and a frame where one is due."""
        clock = self._clock()
        if self.speed is not None:
            if clock < self._next_step:
                self._frame_if_due()
                return
            self._next_step = max(self._next_step + 1 / self.speed, clock - 0.25)
        draw = clock >= self._next_frame and len(self._on_their_way) < MOST_ON_THEIR_WAY
        went = False
        for lane in self.lanes:
            went = lane.step(draw) or went
        self._rate.count()
        self._dirty = True
        if not went or (self.until_epoch and not self.lanes[0].live.rows_into_pass):
            self._stop()
            return
        if draw:
            self._frame(steady=False)
        if clock >= self._next_checkpoint:
            self._checkpoint()

    def _stop(self) -> None:
        self.playing = self.until_epoch = False
        self._rate.begin()
        if self.lanes:
            self._frame(steady=True)
            self._checkpoint()

    def _check_can_go_on(self) -> None:
        if not any(lane.live.can_go_on for lane in self.lanes):
            live = self.lanes[0].live
            reason = live.diverged.reason if live.diverged else live.finished
            problem = f"an earlier step to go on from, as the run is over: {reason}"
            raise mistake("step", self.step, problem, "Go back on the timeline, change a setting, or reset.")

    # tasks

    def _begin_task(self, name: str, task: Task) -> None:
        self._task, self._task_name, self._task_began = task, name, self._clock()
        self._work_on_task()
        if self._task is not None:
            self._tell_state()

    def _work_on_task(self) -> None:
        begun = self._clock()
        while self._task is not None and self._clock() - begun < SLICE_S:
            try:
                next(self._task)
            except StopIteration:
                self._task = None
            except UserMistake as mistakes:
                self._task = None
                self._refuse(self._task_name, mistakes.problems)
        if self._task is None:
            self._tell_state()
            while self._after and self._task is None:
                self.obey(self._after.popleft())

    def _give_up(self) -> None:
        """Leave a task where it stands; what was put off is carried out first, were it not overtaken."""
        self._task = None
        self._after.clear()

    # experiments

    def _begin(self, experiments: Sequence[Experiment]) -> None:
        """New lanes in place of the old ones. Raises `UserMistake`, and then the old ones stay."""
        lanes: list[Lane] = []
        for experiment in experiments:
            dataset = self._dataset(experiment)
            limits.check(experiment, dataset)
            lanes.append(Lane(Live(experiment, dataset), self.store, now=self._now, clock=self._clock))
        self._take_over(lanes)
        self._tell_lanes()
        self._tell_data()
        self._frame(steady=True)

    def _take_over(self, lanes: list[Lane]) -> None:
        for lane in self.lanes:
            lane.close("started over")
        self.lanes, self.playing, self.until_epoch = lanes, False, False
        torch.set_num_threads(max((lane.live.job.threads.number for lane in lanes), default=1))
        for lane in lanes:
            lane.show(self.names, self.resolution)
            try:
                lane.live.look_over(self.columns)
            except UserMistake:  # other data has other columns
                self.columns = None

    def _dataset(self, experiment: Experiment) -> Dataset:
        """The data of a lane that has the same already, or newly loaded."""
        torch.set_num_threads(self._threads)  # so that the choice of threads sees what there are
        for lane in self.lanes:
            other = lane.live.experiment
            if other.data == experiment.data and other.seed.data == experiment.seed.data:
                return lane.dataset
        return limits.loaded(experiment)

    def _lane(self, command: Mapping[str, Any]) -> Lane:
        number = command.get("lane", 0)
        self._check_lane(number)
        return self.lanes[number]

    def _check_lane(self, number: int | None) -> None:
        if number is not None and number >= len(self.lanes):
            raise mistake("lane", number, f"0 to {len(self.lanes) - 1}", "Take 0.")

    # telling

    def _frame_if_due(self) -> None:
        due = self._dirty and self._clock() >= self._next_frame and len(self._on_their_way) < MOST_ON_THEIR_WAY
        if due:
            self._frame(steady=False)

    def _frame(self, steady: bool) -> None:
        """Steps since the last frame, and what the shown instruments read now."""
        begun = self._clock()
        number = 0
        for place, lane in enumerate(self.lanes):
            if lane.changed:
                self._tell_lanes()
            lane.look(steady)
            number = self.send("events", lane=place, events=lane.taken_events())
        self._tell_state()
        if number:
            self._on_their_way.append(number)
        self._dirty = False
        cost = self._clock() - begun
        self._next_frame = begun + max(FRAME_S, cost / SHARE)

    def _tell_lanes(self) -> None:
        for number, lane in enumerate(self.lanes):
            if lane.changed:
                lane.changed = False
                self.send("lane", lane=number, lanes=len(self.lanes), **lane.message())

    def _tell_data(self) -> None:
        for number, lane in enumerate(self.lanes):
            if lane.live.view is not None:
                lane.tell(lane.live.view.points(lane.live.taken))
                self.send("events", lane=number, events=lane.taken_events())

    def _tell_state(self) -> None:
        live = self.lanes[0].live if self.lanes else None
        state = {
            "status": self._status(),
            "playing": self.playing,
            "step": self.step,
            "epoch": live.epoch if live else 0,
            "head": self.head,
            "phase": live.phase if live else "",
            "steps_per_second": self._rate.value if self.playing else 0.0,
            "speed": self.speed,
            "finished": live.finished if live else "",
            "shown": self.names,
            "columns": list(live.view.columns) if live and live.view else [],
        }
        if state != self._last_state:
            self._last_state = state
            self.send("state", **state)

    def _status(self) -> str:
        if not self.lanes:
            return "starting"
        if self._task is not None and self._task_name == "seek":
            return "seeking"
        if self.playing:
            return "playing"
        over = [lane.live for lane in self.lanes if not lane.live.can_go_on]
        if len(over) < len(self.lanes):
            return "paused"
        return "diverged" if any(live.diverged for live in over) else "finished"

    def _checkpoint(self) -> None:
        """What another worker would need, at most once a second."""
        clock = self._clock()
        if clock < self._next_checkpoint or any(lane.live.phase for lane in self.lanes):
            return
        data = recovery.checkpoint([(lane.record.run, lane.live.snapshot()) for lane in self.lanes])
        if data is not None:
            self.send("checkpoint", step=self.step, data=data)
        self._next_checkpoint = clock + max(recovery.EVERY_S, 50 * (self._clock() - clock))


class Rate:
    """Steps a second, over about the last second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        self.value, self._count, self._since = 0.0, 0, self._clock()

    def count(self) -> None:
        self._count += 1
        passed = self._clock() - self._since
        if passed >= (0.5 if self.value else 0.1):
            self.value, self._count, self._since = round(self._count / passed, 1), 0, self._clock()


def _fixed(old: Experiment, new: Experiment) -> list[str]:
    allowed = in_flight(old)
    return [path for path in differences(old, new) if path not in allowed]


def _with_seed(experiment: Experiment, seed: int) -> Experiment:
    plain = experiment.plain()
    plain["seed"]["init"] = seed % 2**32
    return validate(plain)


def _plain(problem: Problem) -> dict[str, Any]:
    value = problem.value
    simple = value is None or isinstance(value, (bool, float)) or (isinstance(value, int) and abs(value) < 2**63)
    return {
        "field": printable(problem.field),
        "value": value if simple else shown(value),
        "allowed": printable(problem.allowed),
        "try_next": printable(problem.try_next),
    }


HANDLERS: dict[str, Callable[[Session, Mapping[str, Any]], None]] = {
    "play": Session._play_on,
    "pause": Session._pause,
    "speed": Session._set_speed,
    "advance": Session._advance,
    "seek": Session._seek,
    "reset": Session._reset,
    "change": Session._change,
    "start": Session._start,
    "edit": Session._edit,
    "inspect": Session._inspect,
    "show": Session._show,
    "view": Session._view,
    "code": Session._code,
    "landscape": Session._landscape,
    "drawn": Session._drawn,
    "ping": Session._ping,
    "recover": Session._recover,
}
NEED_LANES = frozenset({"play", "advance", "seek", "reset", "change", "edit", "inspect", "view", "code", "landscape"})
IN_BETWEEN = frozenset({"drawn", "ping", "speed", "code", "inspect"})
"""Commands that are carried out while a seek or a landscape goes on."""

AT_ONCE = frozenset({"start", "reset", "pause", "recover"})
"""Commands that a seek gives way to."""
