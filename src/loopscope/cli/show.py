"""`loopscope show RUN`: one run on one screen. Reads, never writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import document
from .options import Home, Json, RunName, examples

if TYPE_CHECKING:
    from ..runs import Run

EPILOG = examples("loopscope show last", "loopscope show 3f9a1c --json")


def show(name: RunName, home: Home = None, as_json: Json = False) -> None:
    """Show one run: how it ended, its curve, its figures."""
    from ..runs import open_run

    run = open_run(name, home=home)
    if as_json:
        document.put(_document(run))
    else:
        _print(run, home)


def _document(run: Run) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        **run.summary(),
        "source": run.record.source,
        "started": run.started,
        "experiment": run.record.experiment,
        "facts": run.facts,
        "versions": run.record.versions,
        "machine": run.record.machine,
        "findings": [asdict(finding) for finding in run.findings],
        "series": run.series_names(),
    }


def _print(run: Run, home: Path | None) -> None:
    from . import measured, screen, summary

    out = screen.console()
    if run.experiment is not None:
        summary.title(out, run.name, run.experiment, run.facts)
    else:
        summary.own_loop(out, run)
    summary.ended(out, run)
    summary.curve(out, measured.curves(run))
    summary.figures(out, run)
    summary.findings(out, run)
    summary.record(out, run)
    summary.what_next(out, run, home, show=False)
