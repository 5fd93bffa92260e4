"""Recorded sweeps: list, look into. Reads them through the process that has torch, and trains none."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, JsonValue

from ...errors import UserMistake
from ..answers import NotThere, described
from ..errands import Errands
from ..settings import Settings

SweepName = Annotated[str, Path(max_length=200, description="an id, its beginning or end, or last")]


class Factor(BaseModel):
    """A field that is varied, and its levels as `--over` takes them."""

    field: str
    levels: list[str]


class SweepLine(BaseModel):
    """A sweep as a list shows it."""

    sweep: str
    name: str = Field(description="of the experiment that was varied")
    over: list[str]
    search: str
    points: int
    seeds: int
    runs: int
    finished: int = Field(description="runs that are over")
    started: float = Field(description="seconds since the epoch, UTC")


class Row(BaseModel):
    """A run that is over."""

    run: int
    point: int
    repetition: int
    status: str
    reason: str
    steps: int
    figures: dict[str, float | None]
    curve: list[list[float | None]] = Field(description="steps, and the loss of their batch")


class Standing(BaseModel):
    """A point over its repetitions."""

    point: int
    median: float | None
    low: float | None
    high: float | None
    runs: int
    diverged: int


class WholeSweep(SweepLine):
    """A sweep with its plan, every run that is over, and what they say."""

    experiment: dict[str, JsonValue]
    factors: list[Factor]
    tiles: list[dict[str, str]] = Field(description="the levels of each point")
    links: list[str] = Field(description="each point's experiment, with the first seed")
    rows: list[Row]
    by: str
    best: int | None = Field(description="the point; null where none trained, or runs are missing")
    verdict: list[str]
    table: list[Standing] = Field(description="the best first")


def sweeps_api(settings: Settings, errands: Errands) -> APIRouter:
    """`/api/sweeps`."""
    router = APIRouter(prefix="/api/sweeps", tags=["sweeps"], responses=described(422))
    home = str(settings.home)

    @router.get("", summary="List, newest first")
    async def get_sweeps(limit: Annotated[int, Query(ge=1, le=1000)] = 50) -> list[SweepLine]:
        return [SweepLine(**each) for each in (await errands.ask("sweeps", home=home, limit=limit))["sweeps"]]

    @router.get("/{sweep}", summary="Look into", responses=described(404))
    async def get_sweep(sweep: SweepName) -> WholeSweep:
        try:
            answer: dict[str, Any] = await errands.ask("sweep", home=home, name=sweep)
        except UserMistake as mistake:
            raise _not_there(mistake) from None
        return WholeSweep(**answer["sweep"])

    return router


def _not_there(error: UserMistake) -> UserMistake:
    """404 where the sweep itself is what is not there."""
    return NotThere(*error.problems) if error.problems[0].field == "sweep" else error
