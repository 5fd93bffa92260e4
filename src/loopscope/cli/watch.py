"""`loopscope watch SCRIPT.py …`: record somebody's own loop. Leaves the script, its output and its exit code alone."""

from __future__ import annotations

from typing import Annotated

import typer

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
