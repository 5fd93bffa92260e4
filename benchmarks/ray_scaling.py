"""The claim: a sweep of a minute is at least 1.7 times as fast on two Ray workers of one core each as on one.

Both include the start of the cluster and of its processes, which takes some seconds: the sweep itself takes a minute.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from loopscope import sweeps
from loopscope.experiment import load, with_settings
from loopscope.sweeps import Plan
from loopscope.sweeps.on_ray import on_ray

from .effort import Effort
from .figure import Figure
from .measuring import FEWEST, Estimate

GOAL = 1.7
SETTINGS = ["model.hidden=64,64", "training.batch_size=32", "training.steps=6000"]
OVER = ["training.lr=0.001:1:log:12"]
SEEDS = 24


def measure(effort: Effort) -> list[Figure]:
    """One worker and two, in turns."""
    asked = plan(effort)
    times = [(seconds(asked, 1), seconds(asked, 2)) for _ in range(FEWEST)]
    faster = Estimate.of([one / two for one, two in times])
    note = f"{asked.runs:,} runs of 64-64 on two moons; one worker took {min(one for one, _ in times):.0f} s at least"
    return [Figure("sweep on two Ray workers", "on one", faster, "×", GOAL, note, at_least=True)]


def plan(effort: Effort) -> Plan:
    """What is trained; a twelfth of it where only whether it runs is asked."""
    return sweeps.plan(with_settings(load("moons-mlp"), SETTINGS), OVER, seeds=effort.count(SEEDS, 2))


def seconds(asked: Plan, workers: int) -> float:
    """From the plan to the last row."""
    began: list[float] = []
    with TemporaryDirectory() as home:
        where = on_ray("ray", workers)
        book = sweeps.begun(asked, Path(home))
        done = sweeps.carried_out(asked, book, where=where, on_progress=lambda _: began.append(time.perf_counter()))
        assert len(done.runs) == asked.runs
        return began[-1] - began[0]
