"""Arguments and options that several commands share, and the form of their examples. Knows no command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer


def examples(*lines: str) -> str:
    """An epilog of one command a line, which the help shows as typed."""
    return "\b\n" + "\n".join(["Examples:", *(f"  {line}" for line in lines)])


def presets_like(incomplete: str) -> list[tuple[str, str]]:
    """What a shell offers for WHAT."""
    from ..experiment import presets

    return [(name, preset.summary) for name, preset in presets().items() if name.startswith(incomplete)]


def runs_like(incomplete: str) -> list[tuple[str, str]]:
    """What a shell offers for RUN: the latest fifty."""
    from ..runs import list_runs

    found = [("last", "the latest run"), *((run.id, run.name) for run in list_runs(limit=50))]
    return [(run, name) for run, name in found if run.startswith(incomplete)]


def settings_like(incomplete: str) -> list[tuple[str, str]]:
    """What a shell offers for --set."""
    from ..experiment.shape import paths

    return [(f"{path}=", each.description) for path, each in paths().items() if path.startswith(incomplete)]


WHAT_HELP = "A preset, a .toml or .json file, a lab link, or a .csv or .parquet file with --target."
RUN_HELP = "A run: its id, the beginning or end of it, its name, or last."

Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else on stdout.")]
Home: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--home", metavar="DIR", help="The folder that holds runs.db (else LOOPSCOPE_HOME, else ./.loopscope)."
    ),
]
Settings: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        autocompletion=settings_like,
        help="Set a field, such as training.lr=0.1 or model.hidden=16,8; may be given often.",
    ),
]
Target: TypeAlias = Annotated[
    str | None, typer.Option("--target", metavar="COLUMN", help="The column to predict, where WHAT is a table.")
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
What: TypeAlias = Annotated[str, typer.Argument(metavar="WHAT", help=WHAT_HELP, autocompletion=presets_like)]
RunName: TypeAlias = Annotated[str, typer.Argument(metavar="RUN", help=RUN_HELP, autocompletion=runs_like)]
