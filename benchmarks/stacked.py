"""The claim: many small networks in one stack take a fortieth of the time, and no more than JAX needs.

One turn is some steps of K networks, events included. The serial engine takes as many steps of one of them, JAX those
of all in one compiled `jit(vmap(scan))`, with its rows' order made beforehand and its losses handed over as an array.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

import numpy as np

from loopscope.engines import run
from loopscope.engines.stacked import group
from loopscope.engines.stacked.run import in_stacks, members_of
from loopscope.engines.stacked.running import Running
from loopscope.events import StepEnded
from loopscope.experiment import Experiment, validate

from .effort import Effort
from .figure import Figure, unmeasured
from .measuring import Contestant, Times, compare
from .subject import exhaust, job

STACKED, SERIAL, JAX = "stacked", "one after another, serial engine", "JAX jit(vmap(scan))"
COUNTS = (1, 8, 32, 128, 512, 2048)
GOALS = {1: 1.0, 128: 40.0}
"""Times as many model-steps in a second as the serial engine, at the least."""
GOAL_JAX = {128: 1.0}
"""Times as long as JAX, at the most."""
FOREVER = 10**8
ROWS = {"all": 286, 32: 320}
"""Of which 200 and 224 train: JAX takes batches of one size only, and 224 are seven of 32."""
TURNS = 40


def measure(effort: Effort) -> list[Figure]:
    """Both batch sizes at every K; then what a model-step costs as models, width, depth, rows and steps grow."""
    from .stacked_growth import measure as growth

    counts = COUNTS[:4] if effort.quick else COUNTS
    sided = [figure for size in ROWS for count in counts for figure in side_by_side(size, count, effort.seconds(10))]
    return [*sided, *growth(effort)]


def asked(size: int | str, number: int) -> Experiment:
    """One of K: a learning rate, initial weights and an order of its own."""
    return validate(
        {
            "data": {"name": "moons", "samples": ROWS[size]},
            "model": {"hidden": [8]},
            "training": {"optimizer": "adam", "lr": 0.001 * (1 + number % 16), "batch_size": size, "steps": FOREVER},
            "seed": {"init": number, "order": number},
        }
    )


def side_by_side(size: int | str, count: int, seconds: float) -> list[Figure]:
    """Stacked against serial and against JAX, at one K."""
    experiments = [asked(size, number) for number in range(count)]
    steps = assert_same_work(experiments)
    contestants = {STACKED: in_a_stack(experiments), SERIAL: one_by_one(experiments[0], steps)}
    if importlib.util.find_spec("jax") is not None:
        from .stacked_jax import in_jax

        contestants[JAX] = in_jax(experiments, steps)
    times = compare(contestants, seconds=seconds, turns=TURNS)
    return [*figures(times, size, count, steps)]


def figures(times: Times, size: int | str, count: int, steps: int) -> Iterator[Figure]:
    what = f"stacked, K = {count}, {'full batch of 200' if size == 'all' else f'batches of {size}'}"
    a_step = times.of(STACKED).median / steps / count * 1e6
    wall = times.of(STACKED, "wall").median / steps / count * 1e6
    alone = times.of(SERIAL).median / steps * 1e6
    faster = times.ratio(SERIAL, STACKED) * count
    note = f"{a_step:.2f} µs a model-step (wall {wall:.2f}), {alone:.0f} serial"
    extra = {"us_a_model_step": a_step, "wall_us_a_model_step": wall, "serial_us_a_step": alone}
    yield Figure(what, SERIAL, faster, goal=GOALS.get(count), at_least=True, note=note, extra=extra)
    if JAX not in times.seconds["wall"]:
        yield unmeasured(what, JAX, "not installed; make bench installs jax")
        return
    theirs = times.of(JAX).median / steps / count * 1e6
    yield Figure(
        what, JAX, times.ratio(STACKED, JAX), goal=GOAL_JAX.get(count), note=f"JAX {theirs:.2f} µs a model-step"
    )


def assert_same_work(experiments: list[Experiment]) -> int:
    """The first stacked losses are the serial engine's; how many steps a turn has, which is a block of the stack."""
    pairs = next_events(stacks(experiments))
    losses = [event.loss for index, event in pairs if index == 0]
    events = run(experiments[0], job=job(experiments[0]))
    serial = list(islice((event.loss for event in events if isinstance(event, StepEnded)), len(losses)))
    assert np.allclose(losses, serial, rtol=1e-5), "a stack must do the serial engine's work"
    assert len(pairs) == len(losses) * len(experiments), "a turn is as many steps of each"
    return len(losses)


def stacks(experiments: list[Experiment]) -> list[Running]:
    """All in one group, ready for their first step."""
    (only,) = group(experiments)
    return in_stacks(members_of(experiments, only, (), time.perf_counter), only, time.time)


def next_events(running: list[Running]) -> list[tuple[int, StepEnded]]:
    return [(index, event) for some in running for index, event in some.block() if isinstance(event, StepEnded)]


def in_a_stack(experiments: list[Experiment]) -> Contestant:
    """A block of steps of every model, and an event of each."""

    @contextmanager
    def prepared() -> Iterator[Callable[[], object]]:
        running = stacks(experiments)

        def block() -> None:
            for some in running:
                exhaust(some.block())  # type: ignore[arg-type]

        yield block

    return prepared


def one_by_one(experiment: Experiment, steps: int) -> Contestant:
    """As many steps of one model by the serial engine, events included."""

    @contextmanager
    def prepared() -> Iterator[Callable[[], object]]:
        events = (event for event in run(experiment, job=job(experiment)) if isinstance(event, StepEnded))
        yield lambda: exhaust(islice(events, steps))  # type: ignore[arg-type]

    return prepared
