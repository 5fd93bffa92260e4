"""The claim: a landscape of the moons MLP in a fifth of the plain loop's time, of the digits MLP in no more than its.

The plain loop is what one types: weights set, the loss computed, 41 × 41 times, in evaluation mode and without
gradients, its directions made beforehand. Both must give the same numbers within 1e-6 of themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils import parameters_to_vector, vector_to_parameters

import loopscope
from loopscope.engines import Job, prepare
from loopscope.experiment import preset
from loopscope.explain.landscape_plane import random_plane

from .effort import Effort
from .figure import Figure
from .measuring import Contestant, compare

POINTS = 41
PLAIN = "one evaluation after another"
GOALS = {"moons-mlp": 5.0, "digits": 1.0}
"""Times as fast as the plain loop, at the least."""
SAME = 1e-6
TURNS = {"moons-mlp": 10, "digits": 3}


def measure(effort: Effort) -> list[Figure]:
    """Both models, trained as their presets say, on all of their training rows."""
    return [faster(name, goal, effort) for name, goal in GOALS.items()]


def faster(name: str, goal: float, effort: Effort) -> Figure:
    """How many times as fast as the plain loop."""
    job = trained(name)
    off = worst_difference(job)
    assert off <= SAME, f"{name}: losses differ by {off:.1g} of themselves"
    what = f"landscape of {name}, {POINTS} × {POINTS}, {len(job.dataset.train.inputs):,} rows"
    contestants = {what: prepared(job, landscape), PLAIN: prepared(job, plain_loop)}
    times = compare(contestants, seconds=effort.seconds(20), turns=TURNS[name])
    ours, theirs = times.of(what).median * 1e3, times.of(PLAIN).median * 1e3
    wall = times.ratio(PLAIN, what, "wall").median
    note = f"{ours:.1f} ms, {theirs:.1f} ms; wall {wall:.2f} ×; off by {off:.0e} at the most"
    extra = {"ms": ours, "plain_ms": theirs, "wall_median": wall, "worst_relative_difference": off}
    return Figure(what, PLAIN, times.ratio(PLAIN, what), goal=goal, note=note, extra=extra, at_least=True)


def trained(name: str) -> Job:
    """A preset's parts at the end of its training."""
    job = prepare(preset(name))
    for _ in job.loop():
        pass
    job.model.zero_grad()
    return job


def landscape(job: Job) -> NDArray[np.float64]:
    """Losses (rows, columns) as anyone would ask for them."""
    train = job.dataset.train
    loss = (job.plain_criterion, train.inputs, train.targets)
    return loopscope.landscape(job.model, loss, points=POINTS).losses


def plain_loop(job: Job) -> NDArray[np.float64]:
    """The same, typed by hand."""
    train, parameters = job.dataset.train, list(job.model.parameters())
    center = parameters_to_vector(parameters).detach()
    first, second = random_plane(job.model, 1.0, 0).directions
    along = torch.linspace(-1, 1, POINTS, dtype=torch.float64).tolist()
    losses = np.empty((POINTS, POINTS))
    job.model.eval()
    with torch.no_grad():
        for row, y in enumerate(along):
            for column, x in enumerate(along):
                vector_to_parameters(center + x * first + y * second, parameters)
                losses[row, column] = job.plain_criterion(job.model(train.inputs), train.targets).item()
        vector_to_parameters(center, parameters)
    job.model.train()
    return losses


def worst_difference(job: Job) -> float:
    """Between the two, relative to the loss."""
    expected = plain_loop(job)
    return float((np.abs(landscape(job) - expected) / np.abs(expected)).max())


def prepared(job: Job, make: Callable[[Job], object]) -> Contestant:
    """There is nothing to prepare, and nothing to tidy up: neither moves a weight for good."""
    return lambda: nullcontext(partial(make, job))
