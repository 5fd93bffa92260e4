"""`loopscope train WHAT`: train, record, and show how it learns. Knows no loop and no file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ..errors import UserMistake, mistake
from . import document
from .options import WHAT_HELP, Home, Json, Quiet, Settings, Target, examples, presets_like, runs_like

if TYPE_CHECKING:
    from ..events import Event, RunStarted
    from ..experiment import Experiment
    from ..runs import Run

EPILOG = examples(
    "loopscope train moons-mlp --set training.lr=0.1 --set model.hidden=16,8",
    "loopscope train my.csv --target price",
    "loopscope train breast-cancer --instruments default,weights:10 --json",
    "loopscope train digits --workers 2",
    "loopscope train --resume last",
)
NOT_FINE, INTERRUPTED = 1, 130


def train(
    what: Annotated[
        str | None,
        typer.Argument(metavar="[WHAT]", help=f"{WHAT_HELP} Left out: list the presets.", autocompletion=presets_like),
    ] = None,
    settings: Settings = None,
    target: Target = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="What to call the run.")] = None,
    home: Home = None,
    instruments: Annotated[
        str,
        typer.Option(
            "--instruments",
            metavar="LIST",
            help="default, all, none, or names, each with a cadence if wanted: weights:10,loss:log,metrics:epoch.",
        ),
    ] = "default",
    resume: Annotated[
        str | None,
        typer.Option(
            "--resume",
            metavar="RUN",
            autocompletion=runs_like,
            help="Go on with a run of train that was interrupted or killed, bit for bit as if it had not been.",
        ),
    ] = None,
    workers: Annotated[
        str | None,
        typer.Option("--workers", metavar="N", help="Train on N processes, each with its share of every batch."),
    ] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Train a model, record it, and show how it learns.

    Ctrl-C stops and keeps the record; --resume goes on with it. Exit code 1 says that the run diverged.
    """
    from . import gallery, screen, summary
    from . import workers as several
    from .asked import experiment_of

    count = several.asked_for(workers)
    shown: dict[str, object] = {"--home": home, "--quiet": quiet, "--json": as_json}
    with several.told_once():
        if resume is not None:
            _stands_alone(resume, {"WHAT": what, "--set": settings, "--target": target, "--name": name})
            if not several.launched() and (count := count or several.of_run(resume, home)):
                several.take_up(resume, count, home, several.words_of({"--resume": resume, **shown}))
            way = _resuming(resume, home)
        elif what is None:
            gallery.put(as_json)
            return
        else:
            with gallery.shown_where_unknown(what, as_json):
                sets = [*(settings or []), *([f"name={name}"] if name is not None else [])]
                experiment = experiment_of(what, target, sets)
            if count is not None:
                asked = {"--set": settings, "--target": target, "--name": name, "--instruments": instruments, **shown}
                several.start(count, experiment, [what, *several.words_of(asked)])
            way = _training(experiment, home, instruments)
        run, interrupted = _shown(way, home, quiet or as_json)
    if as_json:
        document.put(run.summary())
    elif not quiet:
        summary.afterwards(screen.console(), run, home)
    if interrupted or run.status in ("diverged", "failed"):
        raise typer.Exit(INTERRUPTED if interrupted else NOT_FINE)


Way: TypeAlias = Callable[[Callable[["Event"], None]], "Run"]
"""Trains, while somebody hears the events, and gives the recorded run."""


def _training(experiment: Experiment, home: Path | None, instruments: str) -> Way:
    def train(hear: Callable[[Event], None]) -> Run:
        from .. import engines
        from .chosen import chosen
        from .workers import launched, spoken

        if launched():
            from ..engines import parallel

            return spoken(parallel.train(experiment, home=home, instruments=chosen(instruments), on_event=hear))
        return engines.train(experiment, home=home, instruments=chosen(instruments), on_event=hear)

    return train


def _resuming(run: str, home: Path | None) -> Way:
    def resume(hear: Callable[[Event], None]) -> Run:
        from .. import engines
        from .workers import launched, spoken

        if launched():
            from ..engines import parallel

            return spoken(parallel.resume(run, home=home, on_event=hear))
        return engines.resume(run, home=home, on_event=hear)

    return resume


def _stands_alone(run: str, others: Mapping[str, object]) -> None:
    """A run goes on as it was begun, or it would not be that run."""
    given = [name for name, value in others.items() if value]
    if given:
        next_step = f"loopscope train --resume {run}, or train anew without --resume."
        raise mistake(given[0], others[given[0]], "nothing beside --resume, which changes no setting", next_step)


def _shown(way: Way, home: Path | None, silent: bool) -> tuple[Run, bool]:
    """The recorded run, and whether Ctrl-C ended it."""
    from .live import LiveLine

    view = View(silent)
    line = LiveLine(sys.stderr, view.begin)
    line.say("loading PyTorch …")  # two seconds in which nothing else would be seen
    try:
        return way(line.hear), False
    except KeyboardInterrupt:
        line.clear()
        return _as_far_as_recorded(view.run, home), True
    finally:
        line.clear()


def _as_far_as_recorded(run: str, home: Path | None) -> Run:
    """What an interrupted run has left. Raises `KeyboardInterrupt` where the record had not begun."""
    from ..runs import open_run

    try:
        return open_run(run, home=home)
    except UserMistake:
        raise KeyboardInterrupt from None


class View:
    """Prints the title once it is known what is trained, and keeps the run's id."""

    def __init__(self, silent: bool) -> None:
        self.silent = silent
        self.run = ""

    def begin(self, started: RunStarted) -> None:
        """The first event of the run."""
        from ..experiment import validate
        from . import screen, summary

        self.run = started.run
        if not self.silent and started.experiment is not None:
            with suppress(BrokenPipeError):  # nobody reads, which is no reason not to train
                experiment = validate(dict(started.experiment))
                summary.title(screen.console(), started.name, experiment, started.facts)
                sys.stdout.flush()  # before the line on stderr, whatever buffers stdout has
