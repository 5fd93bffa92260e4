"""What a page may ask of a sweep that it watches as tiles, told apart by `do`. Never sees torch or how it is obeyed."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from .commands import Asked, Drawn, Pause, Plain, Play, Speed, judged_text, mistake_in

MOST_FACTORS = 2
MOST_TILES = 256
"""More would be too small to be seen, and to be drawn in time."""
MOST_RUNS = 512
"""Of all tiles and seeds together: each is a model whose surface is computed for a frame."""
MOST_SEEDS = 32


class Sweep(Asked):
    """An experiment over levels of one or two fields, as `--over` takes them, each with so many seeds."""

    experiment: Plain
    over: Annotated[list[Annotated[str, Field(max_length=4000)]], Field(min_length=1, max_length=MOST_FACTORS)]
    seeds: Annotated[int, Field(ge=1, le=MOST_SEEDS)] = 1


class Foresee(Sweep):
    """Say what would be trained, and train nothing; answered by `foreseen` or `refused`."""

    do: Literal["foresee"]


class Begin(Sweep):
    """Train it, in the place of whatever trains; answered by `begun` or `refused`."""

    do: Literal["begin"]
    steps_per_second: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] | None = None
    resolution: Annotated[int, Field(ge=8, le=64)] | None = None


class Stop(Asked):
    """End it here; what is finished stays recorded."""

    do: Literal["stop"]


class ShowSeed(Asked):
    """Which repetition the surfaces are of, counted from 0."""

    do: Literal["seed"]
    repetition: Annotated[int, Field(ge=0, lt=MOST_SEEDS)]


TileCommand: TypeAlias = Foresee | Begin | Play | Pause | Stop | Speed | ShowSeed | Drawn
TILE_COMMANDS: TypeAdapter[TileCommand] = TypeAdapter(Annotated[TileCommand, Field(discriminator="do")])


def tile_command_of(text: str) -> TileCommand:
    """The command that a page sent as JSON. Raises `UserMistake` for anything else, and for more than 256 kB."""
    judged_text(text)
    try:
        return TILE_COMMANDS.validate_json(text)
    except ValidationError as error:
        raise mistake_in(error) from error
