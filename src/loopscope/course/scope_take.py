"""Train one experiment and keep what its figures need, frame by frame, as a live session tells it. Draws nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..engines import predictions, threads
from ..engines.live import Live
from ..engines.telling import started
from ..events import Event, Measured, RunEnded, StepEnded
from ..experiment import Experiment, to_link, with_settings
from ..instruments import Instrument, instruments, make

FRAMES = 40
"""Of a replay: at ten a second it plays for four seconds."""
POINTS = 200
"""Steps at the most whose loss is kept: more would not be seen in a figure as wide as a column of text."""
RESOLUTION = {"decision_surface": 40, "neuron_maps": 16}
"""Places across and up: a map is drawn as large as a finger, a surface as a column of text."""
EASE = 1.6
"""The first steps change most: frame k of n stands at step (k/n)^EASE of all."""


@dataclass
class Take:
    """One experiment, trained. `frames` are its events in order of step, the first one from before any step."""

    experiment: Experiment
    facts: dict[str, Any]
    versions: dict[str, str]
    parameters: dict[str, list[int]]
    columns: list[int]
    not_shown: dict[str, str]
    frames: list[list[Event]] = field(default_factory=list)

    @property
    def steps(self) -> int:
        """Steps that were taken."""
        return max((event.step for event in self.events() if isinstance(event, StepEnded)), default=0)

    def events(self) -> Iterator[Event]:
        for frame in self.frames:
            yield from frame

    def last(self, instrument: str) -> Measured | None:
        """What an instrument read last."""
        found = [event for event in self.events() if isinstance(event, Measured) and event.instrument == instrument]
        return found[-1] if found else None

    def lane(self, number: int, run: str) -> dict[str, Any]:
        """The `lane` message that a page would be sent."""
        return {
            "kind": "lane",
            "seq": 0,
            "lane": number,
            "experiment": self.experiment.plain(),
            "link": to_link(self.experiment),
            "run": run,
            "facts": self.facts,
            "parameters": self.parameters,
            "in_flight": [],
            "changes": [],
            "columns": self.columns,
            "not_shown": self.not_shown,
        }


def take(experiment: Experiment, names: Sequence[str], steps: int | None = None) -> Take:
    """Train `experiment` (for `steps` steps, where they are given) with these instruments; nothing is recorded at home.

    Raises `UserMistake` where the experiment cannot run.
    """
    if steps is not None:
        experiment = with_settings(experiment, [f"training.steps={steps}"])
    live = Live(experiment)
    with threads(live.job.threads.number):
        return _trained(live, names)


def _trained(live: Live, names: Sequence[str]) -> Take:
    start = started(live.job, "", 0.0)
    view = live.view
    columns = list(view.columns) if view else []
    taken = Take(live.experiment, dict(start.facts), dict(start.versions), live.parameters, columns, _not_shown(live))
    looking = _instruments([name for name in names if name != predictions.NAME])
    # rows of two inputs are judged by the surface beneath them
    predicting = predictions.NAME in names and len(start.facts["raw_inputs"]) > 2 and not predictions.why_none(live.job)
    due = frame_steps(live.job.total)
    curve = set(np.linspace(1, live.job.total, min(POINTS, live.job.total)).round().astype(int).tolist()) | set(due)
    taken.frames.append([*([view.points(0)] if view else []), *_look(live, looking, predicting)])
    frame: list[Event] = []
    for step in range(1, live.job.total + 1):
        ended = live.step(looking if step in due else ())
        if ended is None:
            break
        if step in curve:
            frame.append(ended)
        if step in due:
            taken.frames.append([*frame, *_look(live, looking, predicting)])
            frame = []
    taken.frames.append([*frame, *_last_word(live, looking, predicting)])
    return taken


def _last_word(live: Live, looking: Sequence[Instrument], predicting: bool) -> list[Event]:
    """How it ended; where it ended early, also how it stands."""
    if live.diverged:
        return [*_look(live, looking, predicting), live.diverged]
    reason = live.finished or f"all {live.taken} steps taken"
    early = _look(live, looking, predicting) if live.taken < live.job.total else []
    return [*early, RunEnded(live.taken, "finished", reason)]


def frame_steps(total: int) -> tuple[int, ...]:
    """Steps of the frames after the first, dense where most changes: 1 to `total`, each once."""
    shares = (np.arange(1, FRAMES + 1) / FRAMES) ** EASE
    return tuple(dict.fromkeys([1, *(max(1, round(total * share)) for share in shares[1:].tolist())]))


def _look(live: Live, looking: Sequence[Instrument], predicting: bool) -> list[Event]:
    said: list[Event] = [
        Measured(one.step, one.instrument, _without_cost(one.values), one.arrays) for one in live.measure(looking)
    ]
    return [*said, predictions.predictions(live.job, live.taken)] if predicting else said


def _without_cost(values: Any) -> dict[str, float]:
    """How long it took to measure is nothing that a replay can say."""
    return {key: value for key, value in values.items() if key != "cost_s"}


def _instruments(names: Sequence[str]) -> list[Instrument]:
    known: dict[str, Any] = instruments()
    return [
        known[name](resolution=RESOLUTION[name]) if name in RESOLUTION else make([name])[0]
        for name in dict.fromkeys(names)
    ]


def _not_shown(live: Live) -> dict[str, str]:
    reasons = {name: kind().why_not(live.moment) for name, kind in instruments().items()}
    reasons[predictions.NAME] = predictions.why_none(live.job)
    return {name: reason for name, reason in reasons.items() if reason}
