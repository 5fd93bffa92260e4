"""`loopscope train WHAT`: train, record, and show how it learns. Knows no loop and no file."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UserMistake
from . import document
from .options import WHAT_HELP, Home, Json, Quiet, Settings, Target, examples, presets_like

if TYPE_CHECKING:
    from ..events import RunStarted
    from ..experiment import Experiment
    from ..runs import Run

EPILOG = examples(
    "loopscope train moons-mlp --set training.lr=0.1 --set model.hidden=16,8",
    "loopscope train my.csv --target price",
    "loopscope train breast-cancer --instruments default,weights:10 --json",
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
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Train a model, record it, and show how it learns.

    Ctrl-C stops and keeps the record. Exit code 1 says that the run diverged.
    """
    from . import gallery, screen, summary
    from .asked import experiment_of

    if what is None:
        gallery.put(as_json)
        return
    with gallery.shown_where_unknown(what, as_json):
        experiment = experiment_of(what, target, [*(settings or []), *([f"name={name}"] if name is not None else [])])
    run, interrupted = _trained(experiment, home, instruments, quiet or as_json)
    if as_json:
        document.put(run.summary())
    elif not quiet:
        summary.afterwards(screen.console(), run, home)
    if interrupted or run.status in ("diverged", "failed"):
        raise typer.Exit(INTERRUPTED if interrupted else NOT_FINE)


def _trained(experiment: Experiment, home: Path | None, instruments: str, silent: bool) -> tuple[Run, bool]:
    """The recorded run, and whether Ctrl-C ended it."""
    from .live import LiveLine

    view = View(experiment, silent)
    line = LiveLine(sys.stderr, view.begin)
    line.say("loading PyTorch …")  # two seconds in which nothing else would be seen
    try:
        from .. import engines
        from .chosen import chosen

        return engines.train(experiment, home=home, instruments=chosen(instruments), on_event=line.hear), False
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

    def __init__(self, experiment: Experiment, silent: bool) -> None:
        self.experiment = experiment
        self.silent = silent
        self.run = ""

    def begin(self, started: RunStarted) -> None:
        """The first event of the run."""
        from . import screen, summary

        self.run = started.run
        if not self.silent:
            with suppress(BrokenPipeError):  # nobody reads, which is no reason not to train
                summary.title(screen.console(), started.name, self.experiment, started.facts)
                sys.stdout.flush()  # before the line on stderr, whatever buffers stdout has
