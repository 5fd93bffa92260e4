"""People's own tables: kept by their content, described column by column. Reads no cell itself."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from ...errors import UserMistake, mistake
from ..answers import described
from ..errands import Errands

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


def tables(home: Path, errands: Errands) -> APIRouter:
    """`/api/tables`."""
    router = APIRouter(prefix="/api", tags=["tables"], responses=described(413, 422))

    @router.post("/tables", summary="Keep a CSV", openapi_extra=ANY_TEXT)
    async def post_table(
        request: Request, name: Annotated[str, Query(max_length=200, description="what the person calls it")] = "table"
    ) -> Table:
        content = await request.body()
        if not content:
            raise mistake("table", name, "a CSV with something in it", "Paste or choose one again.")
        path, new = await run_in_threadpool(keep, home / "tables", content)
        try:
            known = await errands.ask("table", path=str(path), name=" ".join(name.split()) or "table")
        except UserMistake:
            if new:  # of no use to any experiment; one kept before is, and may only have met a busy machine
                path.unlink(missing_ok=True)
            raise
        return Table(path=str(path), name=name, columns=known["columns"], rows=known["rows"], report=known["report"])

    return router


def keep(folder: Path, content: bytes) -> tuple[Path, bool]:
    """The file in which this content is kept, and whether it is new: the same content, the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder.absolute() / f"{hashlib.sha256(content).hexdigest()[:32]}.csv"
    new = not path.exists()
    if new:
        aside = path.with_name(f".{path.name}-{os.urandom(4).hex()}")
        aside.write_bytes(content)
        aside.replace(path)
    return path, new
