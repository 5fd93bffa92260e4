"""What each command means, by its name. Never sees a pipe, and leaves time and frames to the session."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from .. import export
from ..engines.landscape import landscape
from ..engines.live import changed
from ..engines.refitting import differences, in_flight
from ..errors import mistake
from ..experiment import Experiment, validate
from . import limits
from .lane import Lane
from .tasks import Task

if TYPE_CHECKING:
    from .session import Session

Command: TypeAlias = Mapping[str, Any]

NEED_LANES = frozenset({"play", "advance", "seek", "reset", "change", "edit", "inspect", "view", "code", "landscape"})


def carry_out(session: Session, do: str, command: Command) -> None:
    """Obey one command. Raises `UserMistake` where it cannot be."""
    handler = HANDLERS.get(do)
    if handler is None:
        raise mistake("do", do, ", ".join(HANDLERS))
    if not len(session.lanes) and do in NEED_LANES:
        raise mistake("do", do, "start, as long as there is no experiment", "Begin with an experiment.")
    handler(session, command)


# experiments


def start(session: Session, command: Command) -> None:
    experiments = [validate(dict(plain)) for plain in command["experiments"]]
    if not (command.get("undo") and session.lanes.bring_back(experiments)):
        session.lanes.begin(experiments)
    _show_new(session)


def reset(session: Session, command: Command) -> None:
    experiments = [lane.live.experiment for lane in session.lanes]
    if command.get("new_weights"):
        experiments = [_with_seed(experiment, experiment.seed.init + 1) for experiment in experiments]
    _begin(session, experiments)


def recover(session: Session, command: Command) -> None:
    """Go on where another worker died: at the last step that was told or recorded, or where one had gone back to."""
    step, head = int(command["step"]), int(command.get("head") or 0)
    session.lanes.recover(command["lanes"], max(step, head), command.get("checkpoint"))
    session.pace.stop()
    _go_to(session, step if step < head else session.lanes.head)
    if session.tasks.going_on:  # should this worker die of it, too, its run is where the next one goes on
        session.teller.lanes()
        session.teller.checkpoint_if_due()
    session.pace.playing = bool(command.get("playing"))


def _begin(session: Session, experiments: list[Experiment]) -> None:
    session.lanes.begin(experiments)
    _show_new(session)


def _show_new(session: Session) -> None:
    session.pace.stop()
    session.teller.everything()
    session.teller.checkpoint_if_due()


def _with_seed(experiment: Experiment, seed: int) -> Experiment:
    plain = experiment.plain()
    plain["seed"]["init"] = seed % 2**32
    return validate(plain)


# time


def play(session: Session, command: Command) -> None:
    session.lanes.check_can_go_on()
    session.pace.play()
    session.teller.state()


def pause(session: Session, command: Command) -> None:
    session.stop()


def speed(session: Session, command: Command) -> None:
    session.pace.set_speed(command["steps_per_second"])
    session.teller.state()


def advance(session: Session, command: Command) -> None:
    session.lanes.check_can_go_on()
    if command["by"] == "epoch":
        session.pace.play(until_epoch=True)
        session.teller.state()
        return
    session.pace.playing = False
    for lane in session.lanes:
        if command["by"] == "phase":
            lane.next_phase()
        else:
            lane.step(drawn_after=True)
    session.show_standing()


def seek(session: Session, command: Command) -> None:
    step, head = int(command["step"]), session.lanes.head
    if not 0 <= step <= head:
        raise mistake("step", step, f"0 to {head:,}, the steps there are", f"Take {head}.")
    _go_to(session, step)


def _go_to(session: Session, step: int) -> None:
    def seeking() -> Task:
        for lane in session.lanes:
            yield from lane.seeking(step)
        session.tasks.end()  # before the frame, whose state would say "seeking"
        session.teller.lanes()
        session.show_standing()

    session.pace.playing = False
    session.begin_task("seek", seeking())


# changes


def change(session: Session, command: Command) -> None:
    settings, which = dict(command["settings"]), command.get("lane")
    chosen = list(session.lanes) if which is None else [session.lanes[which]]
    wanted = {id(lane): changed(lane.live.experiment, settings) for lane in chosen}
    fixed = [path for lane in chosen for path in _fixed(lane.live.experiment, wanted[id(lane)])]
    if not fixed:
        _change_in_flight(session, chosen, wanted, settings)
    elif command.get("restart"):
        playing = session.pace.playing
        _begin(session, [wanted.get(id(lane), lane.live.experiment) for lane in session.lanes])
        if playing:
            play(session, {})
    else:
        session.teller.send("restart_needed", settings=settings, fields=list(dict.fromkeys(fixed)), lane=which)


def _change_in_flight(
    session: Session, chosen: list[Lane], wanted: Mapping[int, Experiment], settings: dict[str, Any]
) -> None:
    for lane in chosen:
        limits.check(wanted[id(lane)], lane.dataset)
    for lane in chosen:
        lane.change(settings)
    session.teller.lanes()
    session.teller.frame(steady=False)
    session.teller.checkpoint_if_due()


def _fixed(old: Experiment, new: Experiment) -> list[str]:
    allowed = in_flight(old)
    return [path for path in differences(old, new) if path not in allowed]


def edit(session: Session, command: Command) -> None:
    lane = session.lanes[command.get("lane", 0)]
    lane.edit(command["tensor"], command["index"], command["value"])
    session.teller.lanes()
    session.show_standing()


# looking


def show(session: Session, command: Command) -> None:
    session.lanes.show(command["instruments"], command.get("resolution"))
    session.teller.expect_nothing()
    if len(session.lanes):
        session.teller.data()
        session.teller.frame(steady=True)


def view(session: Session, command: Command) -> None:
    session.lanes.look_over(list(command["columns"]))
    session.teller.lanes()
    session.teller.data()
    session.teller.frame(steady=False)


def inspect(session: Session, command: Command) -> None:
    number = command.get("lane", 0)
    seen = session.lanes[number].live.inspect(command["tensor"], command["index"])
    session.teller.send(
        "inspected",
        lane=number,
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


def code(session: Session, command: Command) -> None:
    number, to = command.get("lane", 0), command["to"]
    experiment = session.lanes[number].live.experiment
    text = export.notebook(experiment) if to == "notebook" else export.script(experiment)
    stem = re.sub(r"[^a-z0-9]+", "-", (experiment.name or experiment.data.name).lower()).strip("-") or "run"
    name = f"{stem}.{'ipynb' if to == 'notebook' else 'py'}"
    session.teller.send("code", lane=number, to=to, text=text, name=name)


def loss_landscape(session: Session, command: Command) -> None:
    number, resolution = command.get("lane", 0), command.get("resolution") or 25
    lane = session.lanes[number]

    def computing() -> Task:
        for measured in landscape(lane.live, resolution):
            if measured is not None:
                lane.tell(measured)
            yield
        session.teller.events(number)

    session.begin_task("landscape", computing())


# the pipe's own


def drawn(session: Session, command: Command) -> None:
    session.teller.drawn(command["seq"])
    if session.pace.playing and session.pace.speed is not None:
        session.teller.frame_if_due()


def ping(session: Session, command: Command) -> None:
    session.teller.send("pong")


HANDLERS: dict[str, Callable[[Session, Command], None]] = {
    "play": play,
    "pause": pause,
    "speed": speed,
    "advance": advance,
    "seek": seek,
    "reset": reset,
    "change": change,
    "start": start,
    "edit": edit,
    "inspect": inspect,
    "show": show,
    "view": view,
    "code": code,
    "landscape": loss_landscape,
    "drawn": drawn,
    "ping": ping,
    "recover": recover,
}
