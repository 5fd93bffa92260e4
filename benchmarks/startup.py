"""The claim: `loopscope --help` takes at most 150 ms longer than Python itself. Times whole processes, on the wall."""

from __future__ import annotations

import os
import pty
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .effort import Effort
from .figure import Figure
from .measuring import Clock, Contestant, Times, compare

GOAL_MS = 150.0
PYTHON = "python -c pass"
HELP = "loopscope --help"
IMPORT = "import loopscope"
TRAIN = "loopscope train moons-mlp, to its first line of progress"


def measure(effort: Effort) -> list[Figure]:
    """Help and the bare import; then training, most of which is the import of torch."""
    python = [sys.executable, "-c"]
    light = compare(
        {PYTHON: process([*python, "pass"]), HELP: process([*program(), "--help"]), IMPORT: process([*python, IMPORT])},
        seconds=effort.seconds(15),
        clocks=CLOCKS,
    )
    heavy = compare({TRAIN: first_progress}, seconds=effort.seconds(15), clocks=CLOCKS)
    return [
        beyond_python(light, HELP, GOAL_MS),
        beyond_python(light, IMPORT),
        Figure(TRAIN, "", heavy.of(TRAIN, "wall") * 1e3, "ms", note="its whole time, the import of torch included"),
    ]


def beyond_python(times: Times, name: str, goal: float | None = None) -> Figure:
    """Milliseconds more than Python takes to start and end."""
    processor = times.difference(name, PYTHON).median * 1e3
    note = f"difference; processor {processor:.1f} ms"
    return Figure(
        name, PYTHON, times.difference(name, PYTHON, "wall") * 1e3, "ms", goal, note, {"processor_median": processor}
    )


def children_seconds() -> float:
    """Processor time of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


CLOCKS: dict[Clock, Callable[[], float]] = {"processor": children_seconds, "wall": time.perf_counter}


def program() -> list[str]:
    """The console script beside this Python; without one, the module, which is the same program."""
    script = Path(sys.executable).with_name("loopscope")
    return [str(script)] if script.exists() else [sys.executable, "-m", "loopscope"]


def process(command: Sequence[str]) -> Contestant:
    """A whole process, from its start to its end."""

    @contextmanager
    def started() -> Iterator[Callable[[], object]]:
        yield lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    return started


@contextmanager
def first_progress() -> Iterator[Callable[[], object]]:
    """A training at a terminal of its own, up to the first line that shows a loss; then it is ended."""
    reading, writing = pty.openpty()  # progress is drawn for terminals only
    with tempfile.TemporaryDirectory() as home:
        command = [*program(), "train", "moons-mlp", "--set", "training.epochs=100000", "--home", home]
        child: list[subprocess.Popen[bytes]] = []

        def work() -> None:
            child.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=writing, env=_terminal()))
            seen = b""
            while b"loss" not in seen:
                seen += os.read(reading, 4096)

        try:
            yield work
        finally:
            for each in child:
                each.kill()
                each.wait()
            os.close(writing)
            os.close(reading)


def _terminal() -> dict[str, str]:
    return {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
