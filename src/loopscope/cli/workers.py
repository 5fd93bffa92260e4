"""One run on several processes: those that --workers starts, and the one that torchrun has started. Knows no loop."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from ..errors import LoopscopeError, mistake

if TYPE_CHECKING:
    from ..experiment import Experiment
    from ..runs import Run

LAUNCHED = "TORCHELASTIC_RUN_ID"
"""torchrun sets it; `engines.parallel` looks at the same, and takes two seconds to ask."""


def launched() -> bool:
    """Whether torchrun has started this process."""
    return LAUNCHED in os.environ


def listens() -> bool:
    """Whether it is one of several of which another speaks."""
    return launched() and os.environ.get("RANK", "0") != "0"


@contextmanager
def told_once() -> Iterator[None]:
    """Where torchrun has started several, the first one alone says what is wrong."""
    try:
        yield
    except LoopscopeError:
        if listens():
            raise typer.Exit from None
        raise


def spoken(run: Run | None) -> Run:
    """The run, in the one process of several that has it; the others leave."""
    if run is None:
        raise typer.Exit
    return run


def asked_for(text: str | None) -> int | None:
    """What --workers says. Raises `UserMistake` for what is no number, and beside torchrun, which says it already."""
    if text is None:
        return None
    if launched():
        allowed = "nothing under torchrun, whose --nproc-per-node says how many"
        raise mistake("--workers", text, allowed, "Leave --workers out.")
    if not text.strip().isdecimal() or len(text) > 9:
        raise mistake("--workers", text, "a whole number of processes", "Try --workers 2.")
    return int(text)


def of_run(run: str, home: Path | None) -> int | None:
    """How many processes a recorded run had; None for one of `train` alone."""
    from ..runs import open_run

    return open_run(run, home=home).facts.get("workers")


def start(workers: int, experiment: Experiment, words: Iterable[str]) -> NoReturn:
    """Have so many processes do `loopscope train WORDS`, of which the first shows what it always shows, and leave.

    Raises `UserMistake` where they cannot, before any is started.
    """
    from .live import LiveLine

    line = LiveLine(sys.stderr)
    line.say(f"starting {workers} workers …")
    try:
        from ..engines import parallel
    finally:
        line.clear()
    parallel.check(experiment, workers)
    try:
        code = parallel.launch(workers, ["train", *words])
    except parallel.WorkerLost as lost:
        if lost.rank == 0:
            raise
        typer.echo(str(lost), err=True)  # beside what the first has said, which may be a document
        code = lost.exit_code
    raise typer.Exit(code)


def take_up(run: str, workers: int, home: Path | None, words: Iterable[str]) -> None:
    """Go on with a recorded run in so many processes, and leave; one that is no experiment's is left to others."""
    from ..runs import open_run

    experiment = open_run(run, home=home).experiment
    if experiment is not None:
        start(workers, experiment, words)


def words_of(options: Mapping[str, object]) -> list[str]:
    """A command line from arguments and options by name; what is not set is left out."""
    words: list[str] = []
    for name, value in options.items():
        if value is True:
            words.append(name)
        elif isinstance(value, list):
            words += [word for each in value for word in (name, str(each))]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        elif value is not None and value is not False:
            words += [name, str(value)]
    return words
