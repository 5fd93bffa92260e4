"""Recorded sweeps as the page shows them: a line each, or one with all its runs. Trains nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import sweeps
from ..errors import LoopscopeError
from ..experiment import to_link
from ..sweeps import Book, Plan
from ..sweeps.judging import PROPER
from .tiled import told


def listed(home: Path, limit: int) -> list[dict[str, Any]]:
    """The newest `limit` sweeps, the newest first; one that this loopscope cannot read is left out."""
    folders = sorted((path.parent for path in home.glob("sweeps/*/plan.json")), reverse=True)[:limit]
    found: list[dict[str, Any]] = []
    for folder in folders:
        book = Book(folder)
        try:
            plan = book.plan()
            found.append(_line(book, plan, len(book.rows())))
        except (LoopscopeError, KeyError):
            continue
    return found


def whole(home: Path, name: str) -> dict[str, Any]:
    """One sweep with its rows and what they say. Raises `UserMistake` where there is none such."""
    book = sweeps.found(name, home)
    plan, rows = book.plan(), book.rows()
    over = len({row["run"] for row in rows})
    nothing = {"by": "", "best": None, "verdict": [], "table": []}
    judged = told(sweeps.judged(plan, book.id, rows, None)) if over else nothing
    if over < plan.runs and plan.search != "halving":
        judged |= {"best": None, "verdict": []}
    return {
        **_line(book, plan, len(rows)),
        **judged,
        "experiment": plan.experiment.plain(),
        "factors": [{"field": factor.field, "levels": list(factor.levels)} for factor in plan.factors],
        "tiles": list(plan.points),
        "links": [to_link(plan.experiment_of(point * plan.seeds)) for point in range(len(plan.points))],
        "rows": [_row(row, plan) for row in rows],
    }


def _line(book: Book, plan: Plan, finished: int) -> dict[str, Any]:
    counts = {"points": len(plan.points), "seeds": plan.seeds, "runs": plan.runs, "finished": finished}
    started = (book.folder / "plan.json").stat().st_mtime
    about = {"over": list(plan.over), "search": plan.search, "started": started}
    return {"sweep": book.id, "name": plan.experiment.title, **about, **counts}


def _row(row: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    point, repetition = divmod(row["run"], plan.seeds)
    figures = {name: value for name, value in row.items() if name not in PROPER}
    steps, losses = row["curve"]
    curve = [steps, [value if value is not None and math.isfinite(value) else None for value in losses]]
    about = {name: row[name] for name in ("run", "status", "reason", "steps")}
    return {**about, "point": point, "repetition": repetition, "figures": figures, "curve": curve}
