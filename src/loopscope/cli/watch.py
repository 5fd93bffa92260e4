"""`loopscope watch SCRIPT.py …`: record somebody's own loop. Leaves the script, its output and its exit code alone."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from . import document
from .options import Home, Json, Quiet, examples

EPILOG = examples("loopscope watch train.py --epochs 3", "loopscope watch --name first -m mypackage.train --lr 0.1")
VALUED = ("--name", "--home")
"""Own options that take a value: a word after one of these is not SCRIPT."""


def watch(
    script: Annotated[str, typer.Argument(metavar="SCRIPT", help="The script to run, or with -m a module.")],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[ARGS…]", help="Everything after SCRIPT belongs to it.")
    ] = None,
    module: Annotated[bool, typer.Option("-m", help="SCRIPT is a module's name, as in python -m.")] = False,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="What to call the run.")] = None,
    home: Home = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run a training script unchanged, and record its loop.

    Own options stand before SCRIPT. Its output and exit code are its own; where the record is, is said on stderr.
    With --json the script's stdout goes to stderr, so that the document stands alone.
    """
    from ..recorder import run_script
    from ..runs import home_folder

    folder = (home or home_folder()).absolute()  # the script may change the working directory
    arguments = arguments or []
    if not as_json:
        raise typer.Exit(run_script(script, arguments, module=module, name=name, home=folder, quiet=quiet))
    begun = time.time()
    with _stdout_on_stderr():
        code = run_script(script, arguments, module=module, name=name, home=folder, quiet=quiet)
    document.put({**_recorded(folder, begun, script, arguments), "exit_code": code})
    raise typer.Exit(code)


def _recorded(home: Path, begun: float, script: str, arguments: list[str]) -> dict[str, Any]:
    """The run that this script has left; `run` is null where it trained nothing."""
    from ..runs import list_runs

    for run in list_runs(home=home, limit=50):
        about = run.record.facts
        if run.started >= begun and about.get("script") == script and list(about.get("arguments", ())) == arguments:
            return run.summary()
    return {"run": None}


@contextmanager
def _stdout_on_stderr() -> Generator[None, None, None]:
    """Send what is written to stdout to stderr, by this process and by those it starts."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
