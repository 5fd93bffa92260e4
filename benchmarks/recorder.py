"""The claim: a watched loop takes at most 1.15 times as long, on the smallest network there is. Knows no engine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import loopscope

from .effort import Effort
from .figure import Figure, ratio
from .measuring import compare
from .subject import exhaust, experiment, job, typed

GOAL = 1.15
BARE = "the bare loop"
AGAIN = "the bare loop, once more"
"""What the same loop seems to cost against itself: noise, which no claim is finer than."""
STEPS = 2000
ASKED = experiment("all", STEPS)


def measure(effort: Effort) -> list[Figure]:
    """Inside the `with`, from the first step on; and the whole of it, record opened and closed, which only informs."""
    inside, whole = "watched loop, 2-8-1, full batch of 200", "the same with opening and closing the record"
    times = compare({BARE: bare, inside: watched, whole: watched_whole, AGAIN: bare}, seconds=effort.seconds(30))
    note = f"{times.of(BARE).median / STEPS * 1e6:.0f} µs a step bare, {STEPS} steps"
    return [ratio(times, inside, BARE, goal=GOAL, note=note), ratio(times, whole, BARE), ratio(times, AGAIN, BARE)]


@contextmanager
def bare() -> Iterator[Callable[[], object]]:
    """Nobody looks."""
    parts = job(ASKED)
    yield lambda: exhaust(typed(parts))


@contextmanager
def watched() -> Iterator[Callable[[], object]]:
    """The same loop inside `loopscope.watch`, with its default instruments, into a record on disk."""
    parts = job(ASKED)
    with tempfile.TemporaryDirectory() as home:
        with loopscope.watch(parts.model, parts.optimizer, home=home) as run:
            yield lambda: exhaust(typed(parts))
        assert run.step == STEPS, "a watch that hears nothing costs nothing"


@contextmanager
def watched_whole() -> Iterator[Callable[[], object]]:
    """The watch's own beginning and end included."""
    parts = job(ASKED)
    with tempfile.TemporaryDirectory() as home:

        def work() -> None:
            with loopscope.watch(parts.model, parts.optimizer, home=home) as run:
                exhaust(typed(parts))
            assert run.step == STEPS, "a watch that hears nothing costs nothing"

        yield work
