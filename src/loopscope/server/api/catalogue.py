"""What there is to choose from: presets, fields of an experiment, instruments, pictures of datasets. Trains nothing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, JsonValue

from ...errors import unknown
from ...experiment import json_schema, paths, presets, to_link
from ...experiment.vocabulary import DATASETS
from ..answers import described
from ..errands import Errands


class Preset(BaseModel):
    """An experiment worth starting from."""

    name: str
    summary: str
    experiment: dict[str, JsonValue]
    link: str


class Setting(BaseModel):
    """One field of an experiment."""

    path: str
    type: str
    allowed: str
    default: JsonValue
    example: JsonValue
    description: str
    names: list[str]


class Schema(BaseModel):
    """JSON Schema of an experiment, and each of its fields in words."""

    experiment: dict[str, JsonValue]
    settings: list[Setting]


class Instrument(BaseModel):
    """Something that can be measured."""

    name: str
    summary: str
    describes: dict[str, str]
    cadence: str
    example: str
    default: bool


class Thumbnail(BaseModel):
    """A dataset in the plane; without points where it is a person's own file."""

    name: str
    summary: str
    task: str | None
    inputs: int | None
    axes: list[str]
    points: list[list[float]]
    values: list[float]
    classes: list[str]


def catalogue(errands: Errands) -> APIRouter:
    """`/api/presets`, `/api/schema`, `/api/instruments`, `/api/thumbnails/{data}`."""
    router = APIRouter(prefix="/api", tags=["catalogue"], responses=described())
    known: dict[str, Any] = {}

    @router.get("/presets", summary="Experiments worth starting from")
    def get_presets() -> list[Preset]:
        return [
            Preset(name=name, summary=one.summary, experiment=one.experiment.plain(), link=to_link(one.experiment))
            for name, one in presets().items()
        ]

    @router.get("/schema", summary="Fields of an experiment")
    def get_schema() -> Schema:
        settings = [
            Setting(
                **{key: getattr(one, key) for key in ("path", "type", "allowed", "description")},
                default=_plain(one.default),
                example=_plain(one.example),
                names=list(one.shape.known),
            )
            for one in paths().values()
        ]
        return Schema(experiment=json_schema(), settings=settings)

    @router.get("/instruments", summary="What can be measured", responses=described(422))
    async def get_instruments() -> list[Instrument]:
        if "instruments" not in known:
            known["instruments"] = (await errands.ask("instruments"))["instruments"]
        return known["instruments"]

    @router.get("/thumbnails/{data}", summary="A dataset's picture", responses=described(422))
    async def get_thumbnail(data: Annotated[str, Path(max_length=100)]) -> Thumbnail:
        if data not in DATASETS:
            raise unknown("data", data, DATASETS)
        if data not in known:
            known[data] = await errands.ask("thumbnail", name=data)
        return Thumbnail(**known[data])

    return router


def _plain(value: Any) -> Any:
    """A default of the schema as JSON; tuples are lists there."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value
