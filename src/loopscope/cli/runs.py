"""`loopscope runs`: what has been recorded. Reads, never writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import mistake
from . import document
from .options import Home, Json, examples

if TYPE_CHECKING:
    from pathlib import Path

    from ..runs import Run

EPILOG = examples("loopscope runs --limit 5", "loopscope runs --search moons --json")


def runs(
    limit: Annotated[str, typer.Option("--limit", metavar="N", help="How many, the newest first; or all.")] = "20",
    search: Annotated[
        str, typer.Option("--search", metavar="TEXT", help="Only runs with TEXT in id, name, status, notes or a tag.")
    ] = "",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List the recorded runs, newest first."""
    from ..runs import list_runs, summaries

    found = list_runs(home=home, limit=_limit(limit), search=search)
    if as_json:
        pairs = zip(found, summaries(found), strict=True)
        document.put({"runs": [{**summary, "started": run.started} for run, summary in pairs]})
    else:
        _show(found, search, home)


def _limit(text: str) -> int | None:
    if text == "all":
        return None
    if not (text.isdecimal() and 0 < int(text) < 2**31):
        raise mistake("--limit", text, "a whole number from 1, or all", "Try --limit 20")
    return int(text)


def _show(found: Sequence[Run], search: str, home: Path | None) -> None:
    from . import screen

    out = screen.console()
    if not found:
        out.print(f"No run has {search!r} in it." if search else "No runs recorded yet.")
        screen.next_commands(out, ("runs",) if search else ("train", "moons-mlp"), home=home)
        return
    out.print(screen.table(("run", "name", "began", "status", "steps", "loss", "score"), map(_row, found), left=4))
    out.print()
    screen.next_commands(out, ("show", screen.handle(found[0].id)), home=home)


def _row(run: Run) -> tuple[Any, ...]:
    from . import measured, screen

    loss, score = measured.judged(run.summary())
    began, steps = screen.when(run.started), f"{run.steps:,}"
    return screen.handle(run.id), run.name, began, run.status, steps, screen.number(loss), score
