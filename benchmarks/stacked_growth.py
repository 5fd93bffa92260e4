"""What a model-step costs as the work grows: model-steps a second against models, width, depth, rows and steps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from loopscope.engines.stacked import group
from loopscope.engines.stacked.run import in_stacks, members_of
from loopscope.experiment import Experiment, validate

from .effort import Effort
from .figure import Figure
from .measuring import FEWEST, Estimate

USUAL: dict[str, Any] = {"models": 128, "width": 8, "depth": 1, "rows": 200, "steps": 512}
GROWING: dict[str, tuple[int, ...]] = {
    "models": (1, 8, 32, 128, 512, 2048),
    "width": (8, 32, 128, 512),
    "depth": (1, 2, 4, 6),
    "rows": (50, 200, 1000, 5000),
    "steps": (128, 512, 2048),
}
"""One at a time, the others as usual."""
LONGEST = 1.0
"""Seconds of one measurement, roughly: where a block of steps takes longer, it is the block."""


def measure(effort: Effort) -> list[Figure]:
    most = effort.count(6, 2)
    return [grown(name, value) for name, values in GROWING.items() for value in values[:most]]


def grown(name: str, value: int) -> Figure:
    """Full batches, one measure grown to `value`."""
    work = {**USUAL, name: value}
    experiments = [asked(work, number) for number in range(work["models"])]
    rates = [rate for rate, _ in zip(rates_of(experiments, work["steps"]), range(FEWEST), strict=False)]
    what = f"{name} = {value:,}"
    return Figure(what, "", Estimate.of(rates), "/s", note="model-steps, events included; the others as usual")


def rates_of(experiments: list[Experiment], steps: int) -> Iterator[float]:
    """Model-steps in a second of processor time, measured again and again from the first step on."""
    (only,) = group(experiments)
    while True:
        running = in_stacks(members_of(experiments, only, (), time.perf_counter), only, time.time)
        begun, taken = time.process_time(), 0
        while taken < steps * len(experiments) and time.process_time() - begun < LONGEST:
            taken += sum(1 for some in running for _ in some.block())
        yield taken / (time.process_time() - begun)


def asked(work: dict[str, Any], number: int) -> Experiment:
    return validate(
        {
            "data": {"name": "moons", "samples": work["rows"], "test_fraction": 0.0},
            "model": {"hidden": [work["width"]] * work["depth"]},
            "training": {"lr": 0.001 * (1 + number % 16), "batch_size": "all", "steps": 10**8},
            "seed": {"init": number},
        }
    )
