"""Recorded runs: list, look into, annotate, delete with undo, export. Reads what others record while they do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field, JsonValue, TypeAdapter

from ...errors import Problem, UserMistake, mistake
from ...events import Measured, encode
from ...experiment import to_link
from ...runs import Run, list_runs, open_run, summaries
from ...store.decimate import kept
from ..answers import NotThere, described
from ..errands import Errands
from ..exporting import FORMS, exported
from ..removal import Removal
from ..settings import Settings

RunName = Annotated[str, Path(max_length=200, description="an id, its beginning or end, a name, or last")]
RunId = Annotated[str, Path(max_length=200, description="an id, whole")]
Figures = dict[str, float | None]
FRAME = {200: {"description": "one Measured, encoded as on disk", "content": {"application/msgpack": {}}}}
FILE = {200: {"description": "the file", "content": {form.media: {} for form in FORMS.values()}}}


class Line(BaseModel):
    """A run as a list shows it."""

    run: str
    name: str
    status: str
    reason: str
    source: str
    started: float = Field(description="seconds since the epoch, UTC")
    seconds: float
    steps: int
    notes: str
    tags: list[str]
    train: Figures = Field(description="last figures; null where one is no finite number")
    test: Figures


LINES = TypeAdapter(list[Line])


class Whole(Line):
    """A run with everything but its curves."""

    experiment: dict[str, JsonValue] | None
    link: str | None = Field(description="null where there is no experiment, or this version cannot read it")
    facts: dict[str, JsonValue]
    end_facts: dict[str, JsonValue]
    versions: dict[str, JsonValue]
    machine: dict[str, JsonValue]
    series: list[str]
    instruments: list[str]
    changes: list[dict[str, JsonValue]]


class Curve(BaseModel):
    """A series; null where a value is no finite number."""

    steps: list[int]
    values: list[float | None]


class Notes(BaseModel):
    """What a person writes on a run."""

    notes: Annotated[str, Field(max_length=20_000)]


class Gone(BaseModel):
    """A run on its way out."""

    run: str
    restorable_s: float = Field(description="how long it can be taken back")


def runs_api(settings: Settings, removal: Removal, errands: Errands) -> APIRouter:
    """`/api/runs`."""
    router = APIRouter(prefix="/api/runs", tags=["runs"], responses=described(422))
    home = settings.home

    @router.get("", summary="List, newest first", response_model=list[Line])
    def get_runs(
        search: Annotated[str, Query(max_length=200)] = "", limit: Annotated[int, Query(ge=1, le=10_000)] = 200
    ) -> Response:
        leaving = removal.leaving
        found = list_runs(home, limit + len(leaving), search)
        staying = [run for run in found if run.id not in leaving][:limit]
        lines = [Line(**_line(run, summary)) for run, summary in zip(staying, summaries(staying), strict=True)]
        return Response(LINES.dump_json(lines), media_type="application/json")  # by FastAPI it takes ten times as long

    @router.get("/{run}", summary="Look into", responses=described(404))
    def get_run(run: RunName) -> Whole:
        return Whole(**_whole(_found(run, settings)))

    @router.patch("/{run}", summary="Write notes", responses=described(404, 408, 413))
    def patch_run(run: RunId, asked: Notes) -> Line:
        found = _exactly(run, settings)
        found.store.set_notes(found.record, asked.notes)
        return Line(**_alone(_found(found.id, settings)))

    @router.delete("/{run}", summary="Delete in a while", responses=described(404))
    def delete_run(run: RunId) -> Gone:
        return Gone(run=removal.ask(_exactly(run, settings).id), restorable_s=settings.limits.delete_after_s)

    @router.post("/{run}/restore", summary="Take a deletion back", responses=described(404))
    def restore_run(run: RunId) -> Line:
        found = _exactly(run, settings)
        if not removal.take_back(found.id):
            raise mistake("run", found.id, "a run that is on its way out", "Nothing was deleted.")
        return Line(**_alone(found))

    @router.get("/{run}/series", summary="A curve", responses=described(404))
    def get_series(
        run: RunName,
        name: Annotated[str, Query(max_length=300)] = "loss",
        points: Annotated[int, Query(ge=8, le=100_000)] = 1000,
        first: Annotated[int, Query(ge=0, lt=2**62, description="step")] = 0,
        last: Annotated[int, Query(ge=0, lt=2**62, description="step")] = 2**62 - 1,
    ) -> Curve:
        series = _found(run, settings).series(name)
        # one point more at each end: a line goes on to the edge of what is drawn
        low = max(0, int(np.searchsorted(series.steps, first)) - 1)
        high = max(low, int(np.searchsorted(series.steps, last, side="right")) + 1)
        steps, values = series.steps[low:high], series.values[low:high]
        drawn = kept(values, points)
        return Curve(steps=steps[drawn].tolist(), values=_finite(values[drawn].tolist()))

    @router.get("/{run}/frames/{instrument}", summary="Arrays", response_class=Response, responses=described(404))
    def get_frame(
        run: RunName,
        instrument: Annotated[str, Path(max_length=100)],
        step: Annotated[int, Query(ge=0, lt=2**62)] = 2**62 - 1,
    ) -> Response:
        return Response(_frame(_found(run, settings), instrument, step), media_type="application/msgpack")

    @router.get("/{run}/export", summary="A file", response_class=Response, responses=described(404))
    async def get_export(run: RunName, to: Literal["script", "notebook", "csv"]) -> Response:
        return await exported(run, to, home, errands)

    for route in router.routes:
        _describe_bytes(route)
    return router


def _describe_bytes(route: Any) -> None:
    """OpenAPI would call every plain response JSON."""
    if route.path.endswith("/export"):
        route.responses |= FILE
    elif "/frames/" in route.path:
        route.responses |= FRAME


def _found(text: str, settings: Settings) -> Run:
    try:
        return open_run(text, settings.home)
    except UserMistake as error:
        raise NotThere(*error.problems) from None


def _exactly(run: str, settings: Settings) -> Run:
    """Who changes or deletes a run says its id: a name, or `last`, may mean another one by now."""
    found = _found(run, settings)
    if found.id != run:
        raise NotThere(Problem("run", run, "the id of a run, whole", f"Try {found.id}."))
    return found


def _alone(run: Run) -> dict[str, Any]:
    return _line(run, run.summary())


def _line(run: Run, summary: Mapping[str, Any]) -> dict[str, Any]:
    record = run.record
    sides = {side: dict(zip(summary[side], _finite(summary[side].values()), strict=True)) for side in ("train", "test")}
    about = {key: summary[key] for key in ("run", "name", "status", "reason", "steps", "seconds")}
    more = {"source": record.source, "started": record.started, "notes": record.notes, "tags": list(record.tags)}
    return {**about, **sides, **more}


def _whole(run: Run) -> dict[str, Any]:
    record = run.record
    changes = [{"step": c.step, "field": c.field, "old": _plain(c.old), "new": _plain(c.new)} for c in run.changes]
    facts = {key: _plain(getattr(record, key)) for key in ("facts", "end_facts", "versions", "machine", "experiment")}
    names = {"series": run.series_names(), "instruments": run.instruments()}
    return {**_alone(run), **facts, **names, "link": _link(run), "changes": changes}


def _link(run: Run) -> str | None:
    try:
        return to_link(run.experiment) if run.experiment is not None else None
    except UserMistake:  # another version's experiment: its curves are still worth seeing
        return None


def _frame(run: Run, instrument: str, step: int) -> bytes:
    """The nearest reading at or before a step, as the event it was."""
    steps = run.store.frame_steps(run.record, instrument)
    arrays = run.frame(instrument, step)
    kept = int(steps[np.searchsorted(steps, step, side="right") - 1])
    return encode(Measured(kept, instrument, {}, arrays))


def _finite(values: Iterable[float]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values]


def _plain(value: Any) -> Any:
    """What a script may have recorded as a fact, as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, (bool, int, str)) else repr(value)
