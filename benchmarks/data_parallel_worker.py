"""`data_parallel_worker.py COUNT ROWS STEPS`: workers that take STEPS of ROWS for each line on stdin. Measures nothing.

COUNT 1 is the serial engine in this process; more are started by the launcher, and the first reads for all.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from itertools import islice

from loopscope.engines import parallel, run
from loopscope.engines.early_stopping import EarlyStopping
from loopscope.engines.panel import Panel
from loopscope.engines.parallel.job import shared
from loopscope.engines.parallel.together import Group, joined
from loopscope.engines.preparing import prepare
from loopscope.engines.serial import from_the_start
from loopscope.events import Event, StepEnded
from loopscope.experiment import Experiment, validate


def asked(rows: int) -> Experiment:
    """Three milliseconds of computation a step on one core for each thousand rows of a batch."""
    return validate(
        {
            "data": {"name": "moons", "samples": 12_000, "test_fraction": 0},
            "model": {"hidden": [128, 128, 128]},
            "training": {"batch_size": rows, "epochs": 100_000},
        }
    )


def alone(rows: int, steps: int) -> None:
    """The serial engine."""
    events = _steps(run(asked(rows)))
    for _ in sys.stdin:
        _say_done(_take(events, steps))


def together(rows: int, steps: int, group: Group) -> None:
    """One of several; the first tells the others when, and when it is over."""
    job = shared(prepare(asked(rows)), group)
    panel = Panel(job, [job.ranks], time.perf_counter)
    events = _steps(from_the_start(job, panel, EarlyStopping(job), time.time))
    first = group.world.speaks
    while group.told(bool(sys.stdin.readline()) if first else None):
        busiest = float(group.gathered([_take(events, steps)]).max())
        if first:
            _say_done(busiest)


def _steps(events: Iterator[Event]) -> Iterator[Event]:
    return (event for event in events if isinstance(event, StepEnded))


def _take(events: Iterator[Event], steps: int) -> float:
    """So many steps; the seconds of processor that they took, all threads together."""
    begun = time.process_time()
    for _ in islice(events, steps):
        pass
    return time.process_time() - begun


def _say_done(seconds: float) -> None:
    sys.stdout.write(f"{seconds}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    count, rows, steps = map(int, sys.argv[1:4])
    place = parallel.world_here()
    if place is not None:
        with joined(place, cuda=False) as group:
            together(rows, steps, group)
    elif count == 1:
        alone(rows, steps)
    else:
        sys.exit(parallel.launch(count, sys.argv[1:], [__file__]))
