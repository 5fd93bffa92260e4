"""The claim: our loop takes at most 1.05 times as long as the same loop typed by hand. Knows no recorder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeAlias

from loopscope.engines import Job, run
from loopscope.engines.train import write_down
from loopscope.events import Event, StepEnded
from loopscope.experiment import Experiment
from loopscope.instruments import DEFAULT, make
from loopscope.store import Store

from .effort import Effort
from .figure import Figure, ratio
from .measuring import Contestant, Times, compare
from .subject import exhaust, experiment, job, typed

Way: TypeAlias = Callable[[Job], Iterable[float]]
"""Trains a job's model; gives the losses."""

GOAL = 1.05
TYPED = "the loop typed by hand"
STEPS = {"all": 10, 32: 7}
"""Of a turn, by batch size: 2 ms, long against the clock, short against the machine's moods, and whole epochs."""
TURNS = 100
"""Before all begin again, so that none trains on what is learned already."""
RUN = 1000
"""Steps of a turn with an engine: it has a beginning and an end, so it is measured on a run as long as people's."""


def measure(effort: Effort) -> list[Figure]:
    """Full batch and small batches; then what an engine and a record add, which only informs."""
    return [
        *side_by_side("training_loop, full batch of 200", "all", effort.seconds(20)),
        *side_by_side("training_loop, batches of 32", 32, effort.seconds(20)),
        *whole_runs(effort.seconds(15)),
    ]


def side_by_side(name: str, batch_size: int | str, seconds: float) -> list[Figure]:
    """Our loop and the typed one, a few steps each in turn."""
    steps = STEPS[batch_size]
    asked = experiment(batch_size, steps * (TURNS + 1))
    assert_same_work(asked, ours)
    times = compare(
        {TYPED: continued(asked, typed, steps), name: continued(asked, ours, steps)}, seconds=seconds, turns=TURNS
    )
    return [ratio(times, name, TYPED, goal=GOAL, note=_by_hand(times, steps))]


def whole_runs(seconds: float) -> list[Figure]:
    """Engines from their first event to their last."""
    asked = experiment("all", RUN)
    engines: dict[str, Way] = {"engine, no instruments": bare_engine, "engine, default instruments, recorded": recorded}
    assert_same_work(asked, *engines.values())
    times = compare({name: whole(asked, way) for name, way in {TYPED: typed, **engines}.items()}, seconds=seconds)
    return [ratio(times, name, TYPED, note=_by_hand(times, RUN)) for name in engines]


def assert_same_work(asked: Experiment, *ways: Way) -> None:
    """All find the losses of the loop typed by hand, bit for bit; else a ratio of their times would mean nothing."""
    by_hand = list(typed(job(asked)))
    assert all(list(way(job(asked))) == by_hand for way in ways), "contestants must do the same work"


def _by_hand(times: Times, steps: int) -> str:
    return f"{times.of(TYPED).median / steps * 1e6:.0f} µs a step by hand"


def continued(asked: Experiment, way: Way, steps: int) -> Contestant:
    """So many steps each turn, going on where the turn before ended."""

    @contextmanager
    def prepared() -> Iterator[Callable[[], object]]:
        losses = iter(way(job(asked)))
        yield lambda: exhaust(islice(losses, steps))

    return prepared


def whole(asked: Experiment, way: Way) -> Contestant:
    """All steps in one turn; what an experiment has to prepare is not timed."""

    @contextmanager
    def prepared() -> Iterator[Callable[[], object]]:
        parts = job(asked)
        yield lambda: exhaust(way(parts))

    return prepared


def ours(parts: Job) -> Iterator[float]:
    """`training_loop`, driven as fast as it goes."""
    for state in parts.loop():
        if state.phase == "schedule":
            yield state.loss_value
            if state.step == parts.total:
                return


def bare_engine(parts: Job) -> Iterator[float]:
    """The serial engine without instruments: the loop, and an event a step."""
    return (event.loss for event in run(parts.experiment, job=parts) if isinstance(event, StepEnded))


def recorded(parts: Job) -> list[float]:
    """What `loopscope train` does: default instruments, everything into a new record."""
    losses: list[float] = []

    def listen(event: Event) -> None:
        if isinstance(event, StepEnded):
            losses.append(event.loss)

    with tempfile.TemporaryDirectory() as folder, Store.open(folder) as store:
        events = run(parts.experiment, make(DEFAULT), run_id="measured", job=parts)
        with store.writer(next(events)) as writer:  # type: ignore[arg-type]
            write_down(events, writer, listen)
    return losses
