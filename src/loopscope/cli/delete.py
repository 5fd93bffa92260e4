"""`loopscope delete RUN…`: remove runs, all that are named or none. Asks first where there is somebody to ask."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import mistake
from ..experiment.said import Said
from . import document
from .options import RUN_HELP, Home, Json, examples, runs_like

if TYPE_CHECKING:
    from ..runs import Run

EPILOG = examples("loopscope delete last", "loopscope delete 3f9a1c 9b2e77 --yes")


def delete(
    names: Annotated[list[str], typer.Argument(metavar="RUN…", help=RUN_HELP, autocompletion=runs_like)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Delete runs with everything they recorded.

    On a terminal it asks first; elsewhere it needs --yes. A name that is unknown spares them all.
    """
    from ..runs import delete_run, open_run

    found = list({run.id: run for run in (open_run(name, home=home) for name in names)}.values())
    for run in found:
        if run.status == "running":
            raise mistake("RUN", run.id, "a run that has ended", "It is being recorded; stop it first.")
    if not (yes or _agreed(found)):
        raise typer.Exit
    for run in found:
        delete_run(run.id, home=home)
    if as_json:
        document.put({"deleted": [run.id for run in found]})
    else:
        typer.echo("\n".join(f"deleted {run.id}" for run in found))


def _agreed(found: list[Run]) -> bool:
    from . import screen

    if not sys.stdin.isatty():
        raise mistake("--yes", Said("missing"), "--yes, since nobody can be asked here", "Nothing was deleted.")
    for run in found:
        typer.echo(f"{run.id}  {run.name}, {screen.count(run.steps, 'step')}, {run.status}", err=True)
    return typer.confirm(f"Delete {screen.count(len(found), 'run')}?", err=True)
