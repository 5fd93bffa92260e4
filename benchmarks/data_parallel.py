"""The claim: two processes with a core each train one model 1.6 times as fast as one, where a step computes 5 ms.

Both take the same steps of the same global batches by the engine's own loop, events included. They take turns in
processes of their own, and the wall's clock is what counts. It counts what the machine does beside, too: where others
use the two cores, two processes of ours gain nothing. So the processor's time of the busier worker is read as well,
which has all but the waiting in it: what two idle cores would give at the most.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from .effort import Effort
from .figure import Figure
from .measuring import Clock, Contestant, Times, compare

ALONE, SHARED = "one process, one thread", "two processes, one thread each"
COUNTS = {ALONE: 1, SHARED: 2}
ROWS = (2000, 6000)
"""Of a batch: 6 to 7 ms of computation a step, which is where the goal begins, and 20."""
STEPS = 18
"""Of one turn: three passes of six batches, nine of two."""
WORKER = Path(__file__).with_name("data_parallel_worker.py")


def measure(effort: Effort) -> list[Figure]:
    """At both sizes."""
    return [figure for rows in ROWS for figure in side_by_side(rows, effort.seconds(20))]


def side_by_side(rows: int, seconds: float) -> list[Figure]:
    """Turns of whole passes, one process and two."""
    spent = Spent()
    with ExitStack() as stack:
        contestants = {name: stack.enter_context(_workers(count, rows, spent)) for name, count in COUNTS.items()}
        clocks: dict[Clock, Callable[[], float]] = {"wall": time.perf_counter, "processor": lambda: spent.seconds}
        times = compare(contestants, seconds=seconds, turns=10, clocks=clocks)
    what = f"{SHARED}, batches of {rows:,}"
    busier = f"{what}, processor's time of the busier"
    return [
        Figure(what, ALONE, times.ratio(ALONE, SHARED, "wall"), goal=1.6, at_least=True, note=_note(times, "wall")),
        Figure(busier, ALONE, times.ratio(ALONE, SHARED), note=f"{_note(times, 'processor')}; waiting left out"),
    ]


def _note(times: Times, clock: Clock) -> str:
    alone, shared = (times.of(name, clock).median / STEPS * 1e3 for name in (ALONE, SHARED))
    return f"{alone:.1f} ms a step alone, {shared:.1f} shared"


@dataclass(slots=True)
class Spent:
    """Seconds of processor that workers have told of, of the busiest of each turn."""

    seconds: float = 0.0


@contextmanager
def _workers(count: int, rows: int, spent: Spent) -> Iterator[Contestant]:
    """So many, who wait to be told; a line written to their launcher is a turn, a line back ends it."""
    command = [sys.executable, str(WORKER), str(count), str(rows), str(STEPS)]
    surroundings = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=surroundings
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield _turns(process, spent)
        finally:
            process.stdin.close()  # which ends them


def _turns(process: subprocess.Popen[str], spent: Spent) -> Contestant:
    assert process.stdin is not None and process.stdout is not None
    to, back = process.stdin, process.stdout

    def turn() -> None:
        to.write("go\n")
        to.flush()
        told = back.readline()
        if not told:
            raise RuntimeError("a worker ended before its turn did")
        spent.seconds += float(told)

    @contextmanager
    def ready() -> Iterator[Callable[[], object]]:
        yield turn

    return ready
