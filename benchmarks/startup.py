"""The claim: `loopscope --help` takes at most 150 ms longer than Python itself. Times whole processes, on the wall."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .effort import Effort
from .figure import Figure
from .measuring import Contestant, compare

GOAL_MS = 150.0
PYTHON = "python -c pass"
HELP = "loopscope --help"
IMPORT = "import loopscope"
TORCH = "import torch"
TRAIN = "loopscope train moons-mlp, to its first line of progress"


def measure(effort: Effort) -> list[Figure]:
    """Help, and the bare import; then training, beside the import of torch that it has to wait for."""
    python = [sys.executable, "-c"]
    quick = compare(
        {PYTHON: process([*python, "pass"]), HELP: process([*program(), "--help"]), IMPORT: process([*python, IMPORT])},
        seconds=effort.seconds(15),
    )
    slow = compare({TORCH: process([*python, TORCH]), TRAIN: first_progress}, seconds=effort.seconds(25))
    return [
        Figure(HELP, PYTHON, quick.difference(HELP, PYTHON, "wall") * 1e3, "ms", GOAL_MS, "difference"),
        Figure(IMPORT, PYTHON, quick.difference(IMPORT, PYTHON, "wall") * 1e3, "ms", note="difference"),
        Figure(
            TRAIN, TORCH, slow.difference(TRAIN, TORCH, "wall") * 1e3, "ms", note=_whole(slow.of(TRAIN, "wall").median)
        ),
    ]


def _whole(seconds: float) -> str:
    return f"difference; {seconds:.2f} s in all"


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
