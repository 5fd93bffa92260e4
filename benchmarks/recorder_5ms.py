"""The claim: where a step takes 5 ms or more, a watched loop takes at most 1.02 times as long. Knows no engine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

import torch
from torch import Tensor, nn

import loopscope
from loopscope.loop import Batches

from .effort import Effort
from .figure import Figure, ratio
from .measuring import compare
from .subject import exhaust, typed_loop

GOAL = 1.02
LEAST_MS = 5.0
BARE = "the bare loop"
AGAIN = "the bare loop, once more"
"""What the same loop seems to cost against itself: noise, which no claim is finer than."""
STEPS = 200
"""Log-spaced instruments look at every step at first: a run much shorter than people's would tell of nothing else."""
WIDTHS = (512, 512, 512, 10)
BATCH = 256


def measure(effort: Effort) -> list[Figure]:
    """Whole loops inside the `with`, from the first step on, which begins the record."""
    name = f"watched loop, {'-'.join(map(str, WIDTHS))}, batch of {BATCH}"
    times = compare({BARE: bare, name: watched, AGAIN: bare}, seconds=effort.seconds(35))
    step_ms = times.of(BARE).median / STEPS * 1e3
    heavy = "at least" if step_ms >= LEAST_MS else "NOT the"
    note = f"{step_ms:.1f} ms a step bare, {heavy} {LEAST_MS:g} ms asked for; {STEPS} steps"
    return [ratio(times, name, BARE, goal=GOAL, note=note), ratio(times, AGAIN, BARE)]


class Heavy:
    """An ordinary classifier with random data, the same bits each time."""

    def __init__(self) -> None:
        g = torch.Generator().manual_seed(0)
        inputs = torch.randn(4 * BATCH, WIDTHS[0], generator=g)
        targets = torch.randint(WIDTHS[-1], (4 * BATCH,), generator=g)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.model = nn.Sequential(
                nn.Linear(WIDTHS[0], WIDTHS[1]),
                nn.ReLU(),
                nn.Linear(WIDTHS[1], WIDTHS[2]),
                nn.ReLU(),
                nn.Linear(WIDTHS[2], WIDTHS[3]),
            )
        self.batches = Batches(inputs, targets, BATCH, g)
        self.criterion: Callable[[Tensor, Tensor], Tensor] = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)

    def train(self) -> None:
        exhaust(islice(typed_loop(self.model, self.batches, self.criterion, self.optimizer), STEPS))


@contextmanager
def bare() -> Iterator[Callable[[], object]]:
    """Nobody looks."""
    yield Heavy().train


@contextmanager
def watched() -> Iterator[Callable[[], object]]:
    """The same loop inside `loopscope.watch`, with its default instruments, into a record on disk."""
    parts = Heavy()
    with tempfile.TemporaryDirectory() as home:
        with loopscope.watch(parts.model, parts.optimizer, home=home) as run:
            yield parts.train
        assert run.step == STEPS, "a watch that hears nothing costs nothing"
