"""The claim: our loop takes at most 1.05 times as long as the same loop typed by hand. Knows no recorder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from loopscope.engines import Job, run
from loopscope.engines.train import record
from loopscope.events import Event, StepEnded
from loopscope.experiment import Experiment
from loopscope.instruments import DEFAULT, make
from loopscope.store import Store

from .effort import Effort
from .figure import Figure, ratio
from .measuring import Contestant, compare
from .subject import experiment, job, typed

Way: TypeAlias = Callable[[Job], list[float]]
"""Trains a job's model and hands back the losses."""

GOAL = 1.05
TYPED = "the loop typed by hand"
STEPS = 100
"""Of a turn: about 20 ms, long against the clock and short against the machine's moods."""
RUN = 1000
"""Steps of a turn with an engine: it has a beginning and an end, so it is measured on a run as long as people's."""


def measure(effort: Effort) -> list[Figure]:
    """Full batch and small batches; then what an engine and a record add, which only informs."""
    seconds = effort.seconds(20)
    engines: dict[str, Way] = {"engine, no instruments": bare_engine, "engine, default instruments, recorded": recorded}
    return [
        *beside_typed(experiment("all", STEPS), {"training_loop, full batch of 200": ours}, seconds, GOAL),
        *beside_typed(experiment(32, STEPS), {"training_loop, batches of 32": ours}, seconds, GOAL),
        *beside_typed(experiment("all", RUN), engines, seconds),
    ]


def beside_typed(asked: Experiment, ways: Mapping[str, Way], seconds: float, goal: float | None = None) -> list[Figure]:
    """Each way of training against the loop typed by hand, which must find the same losses bit for bit."""
    by_hand = typed(job(asked))
    assert all(way(job(asked)) == by_hand for way in ways.values()), "contestants must do the same work"
    times = compare({name: trains(asked, way) for name, way in {TYPED: typed, **ways}.items()}, seconds=seconds)
    note = f"{times.of(TYPED).median / len(by_hand) * 1e6:.0f} µs a step by hand, {len(by_hand)} steps"
    return [ratio(times, name, TYPED, goal=goal, note=note) for name in ways]


def trains(asked: Experiment, way: Way) -> Contestant:
    """Fresh parts each turn; only the training is timed."""

    @contextmanager
    def prepared() -> Iterator[Callable[[], object]]:
        parts = job(asked)
        yield lambda: way(parts)

    return prepared


def ours(parts: Job) -> list[float]:
    """`training_loop`, driven as fast as it goes."""
    losses: list[float] = []
    for state in parts.loop():
        if state.phase == "schedule":
            losses.append(state.loss_value)
            if state.step == parts.total:
                break
    return losses


def bare_engine(parts: Job) -> list[float]:
    """The serial engine without instruments: the loop, and an event a step."""
    return [event.loss for event in run(parts.experiment, job=parts) if isinstance(event, StepEnded)]


def recorded(parts: Job) -> list[float]:
    """What `loopscope train` does: default instruments, everything into a new record."""
    losses: list[float] = []

    def listen(event: Event) -> None:
        if isinstance(event, StepEnded):
            losses.append(event.loss)

    with tempfile.TemporaryDirectory() as folder, Store.open(folder) as store:
        record(run(parts.experiment, make(DEFAULT), run_id="measured", job=parts), store, listen)
    return losses
