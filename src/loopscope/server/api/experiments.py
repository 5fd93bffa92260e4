"""From whatever a person pastes to an experiment, its link and its TOML. Opens no file: names come from afar."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, JsonValue

from ...errors import mistake, nearest
from ...experiment import Experiment, from_json, from_link, from_toml, is_link, presets, to_link, to_toml, validate
from ...experiment.bounds import MOST_BYTES
from ..answers import described

Plain = dict[str, JsonValue]


class What(BaseModel):
    """A preset's name, a link, TOML, JSON, or an experiment as plain data."""

    what: Annotated[str, Field(max_length=MOST_BYTES)] | Plain = Field(examples=["moons-mlp"])


class Understood(BaseModel):
    """The experiment with all its fields, and two ways to keep it."""

    experiment: Plain
    link: str
    toml: str


def experiments() -> APIRouter:
    """`/api/experiment`."""
    router = APIRouter(prefix="/api", tags=["experiment"], responses=described(408, 413, 422))

    @router.post("/experiment", summary="Read an experiment")
    def post_experiment(asked: What) -> Understood:
        experiment = meant(asked.what)
        return Understood(experiment=experiment.plain(), link=to_link(experiment), toml=to_toml(experiment))

    return router


def meant(what: str | dict[str, Any]) -> Experiment:
    """The experiment that a text or plain data stands for. Raises `UserMistake`."""
    if isinstance(what, dict):
        return validate(what)
    text = what.strip()
    if text in presets():
        return presets()[text].experiment
    if is_link(text):
        return from_link(text)
    if text.startswith("{"):
        return from_json(text)
    if "=" in text or "\n" in text or text.startswith(("[", "#")):
        return from_toml(what)
    near = nearest(text, presets())
    raise mistake(
        "what",
        text[:100],
        "a preset, a link, TOML or JSON",
        f'Did you mean "{near}"?' if near else "See /api/presets for the presets.",
    )
