"""People's own tables: kept by their content, described column by column. Reads no cell itself."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from ...errors import UserMistake, mistake
from ...experiment.said import Said
from ...store.files import make_home
from ..answers import described
from ..errands import Errands
from ..settings import Limits, Settings

ANY_TEXT = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}


class Column(BaseModel):
    """One column, as it would be understood as an input."""

    name: str
    type: str
    note: str
    missing: int


class Table(BaseModel):
    """A table that experiments may use as `data.path`."""

    path: str
    name: str
    columns: list[Column]
    rows: int
    report: list[str]


def tables(settings: Settings, errands: Errands) -> APIRouter:
    """`/api/tables`."""
    router = APIRouter(prefix="/api", tags=["tables"], responses=described(408, 413, 422))
    folder, limits = settings.home / "tables", settings.limits
    bodies = asyncio.Semaphore(limits.tables_at_once)  # each is in memory whole
    one_by_one = asyncio.Lock()  # or two that come at once would both take the last place

    @router.post("/tables", summary="Keep a CSV", openapi_extra=ANY_TEXT)
    async def post_table(
        request: Request, name: Annotated[str, Query(max_length=200, description="what the person calls it")] = "table"
    ) -> Table:
        async with bodies:
            content = await request.body()
            if not content:
                raise mistake("table", name, "a CSV with something in it", "Paste or choose one again.")
            async with one_by_one:
                path, new = await run_in_threadpool(keep, folder, content, limits)
            try:
                known = await errands.ask("table", path=str(path), name=" ".join(name.split()) or "table")
            except UserMistake:
                if new:  # of no use to any experiment; one kept before is, and may only have met a busy machine
                    path.unlink(missing_ok=True)
                raise
        return Table(path=str(path), name=name, columns=known["columns"], rows=known["rows"], report=known["report"])

    return router


def keep(folder: Path, content: bytes, limits: Limits) -> tuple[Path, bool]:
    """The file in which this content is kept, and whether it is new: the same content, the same file.

    Raises `UserMistake` where the tables that are kept leave no room. None is removed for it: runs may stand on it.
    """
    make_home(folder.parent)
    make_home(folder)
    path = folder.absolute() / f"{hashlib.sha256(content).hexdigest()[:32]}.csv"
    new = not path.exists()
    if new:
        _require_room(folder, len(content), limits)
        aside = path.with_name(f".{path.name}-{os.urandom(4).hex()}")
        aside.write_bytes(content)
        aside.replace(path)
    return path, new


def _require_room(folder: Path, more: int, limits: Limits) -> None:
    sizes = [file.stat().st_size for file in folder.iterdir() if file.is_file()]
    if len(sizes) < limits.tables and sum(sizes) + more <= limits.tables_bytes:
        return
    allowed = f"at most {limits.tables:,} tables of {limits.tables_bytes / 1e6:,.0f} MB together"
    kept = f"{folder.absolute()} holds {len(sizes):,} files of {sum(sizes) / 1e6:,.0f} MB"
    raise mistake("table", Said("one too many"), allowed, f"{kept}: delete there what no run needs.")
