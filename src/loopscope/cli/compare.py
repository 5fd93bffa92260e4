"""`loopscope compare RUN RUN…`: where runs differ, in what was asked and in what came of it. Reads, never writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import mistake
from . import document
from .options import RUN_HELP, Home, Json, examples, runs_like

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from ..runs import Comparison, Run

EPILOG = examples("loopscope compare 3f9a1c last", "loopscope compare 3f9a1c 9b2e77 moons-mlp --json")


def compare(
    names: Annotated[list[str], typer.Argument(metavar="RUN RUN…", help=RUN_HELP, autocompletion=runs_like)],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Compare runs: what was asked, and what came of it.

    Shows the fields of the experiments that differ, the last figures, and the losses in one plot.
    """
    from .. import runs
    from ..store.files import home_option
    from . import screen

    found = [runs.open_run(name, home=home) for name in names]
    if len(found) < 2:
        raise mistake("RUN", names[0], "two runs or more", f"See loopscope runs{home_option(found[0].path)}.")
    compared = runs.compare(found)
    if as_json:
        document.put({"runs": compared.runs, "differ": compared.asked, "figures": compared.figures})
    else:
        _print(screen.console(), found, compared, home)


def _print(out: Console, found: Sequence[Run], compared: Comparison, home: Path | None) -> None:
    from . import screen, summary

    handles = [screen.handle(run.id) for run in found]
    names = [run.name for run in found]
    out.print(screen.table(("asked", *handles), [("name", *names), *_texts(compared.asked, str)]))
    if not compared.asked:
        out.print("No field of the experiments differs." if found[0].experiment else "Watched loops have no fields.")
    out.print()
    out.print(screen.table(("came of it", *handles), _texts(compared.figures, screen.number)))
    summary.curve(out, _curves(found, handles))
    out.print()
    screen.next_commands(out, ("show", handles[0]), home=home)


def _texts(rows: Mapping[str, Sequence[Any]], figure: Callable[[float], str]) -> list[tuple[str, ...]]:
    return [(name, *(_text(value, figure) for value in values)) for name, values in rows.items() if name != "name"]


def _text(value: Any, figure: Callable[[float], str]) -> str:
    if isinstance(value, float):
        return figure(value)
    if isinstance(value, list) and value and isinstance(value[0], list):
        return f"{len(value)} rows"  # points set by hand: hundreds of numbers tell a reader nothing
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    return "" if value is None else str(value)


def _curves(found: Sequence[Run], handles: Sequence[str]) -> Any:
    """One loss a run: over test rows where all have them, so that like is compared with like."""
    from . import measured

    each = [measured.curves(run) for run in found]
    side = next((side for side in ("test", "train") if all(side in curves for curves in each)), None)
    label = f" {side}" if side else ""
    return {
        f"{handle}{label}": curves[side] if side else next(iter(curves.values()))
        for handle, curves in zip(handles, each, strict=True)
        if curves
    }
