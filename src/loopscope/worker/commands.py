"""What a page may ask of a live session, told apart by `do`. Never sees torch, sockets or how it is obeyed."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from ..errors import UserMistake, mistake

MAX_LANES = 4
MAX_COMMAND_BYTES = 256 * 1024
MAX_STEP = 10**9

Lane = Annotated[int, Field(ge=0, lt=MAX_LANES)]
Step = Annotated[int, Field(ge=0, le=MAX_STEP)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Index = Annotated[list[Annotated[int, Field(ge=0, le=2**31)]], Field(max_length=8)]
Finite = Annotated[float, Field(ge=-3e38, le=3e38, allow_inf_nan=False)]
Settings = Annotated[dict[Name, JsonValue], Field(min_length=1, max_length=100)]
Plain: TypeAlias = dict[str, JsonValue]
"""An experiment as plain data, validated by `loopscope.experiment` where it is used."""


class Asked(BaseModel):
    """Base of all commands: frozen, no unknown fields, strict about types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Play(Asked):
    """Run freely."""

    do: Literal["play"]


class Pause(Asked):
    """Stop after the step in progress."""

    do: Literal["pause"]


class Speed(Asked):
    """Steps a second while it plays; null: as fast as it goes."""

    do: Literal["speed"]
    steps_per_second: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] | None


class Advance(Asked):
    """One phase, one batch or one epoch, then pause."""

    do: Literal["advance"]
    by: Literal["phase", "batch", "epoch"]


class Seek(Asked):
    """Show a step that was taken before, paused."""

    do: Literal["seek"]
    step: Step


class Reset(Asked):
    """Step 0 again: from the same initial weights, or with the next `seed.init`."""

    do: Literal["reset"]
    new_weights: bool = False


class Change(Asked):
    """New values by path, such as training.lr. Lane null: all lanes. What cannot change in flight needs `restart`."""

    do: Literal["change"]
    settings: Settings
    lane: Lane | None = None
    restart: bool = False


class StartOver(Asked):
    """Begin anew with one to four experiments on one timeline."""

    do: Literal["start"]
    experiments: Annotated[list[Plain], Field(min_length=1, max_length=MAX_LANES)]
    undo: bool = Field(False, description="where the last start took the place of these, at the step they stood at")


class EditWeight(Asked):
    """Set one weight, now and in `start.edits`."""

    do: Literal["edit"]
    tensor: Name
    index: Index
    value: Finite
    lane: Lane = 0


class Inspect(Asked):
    """Tell all about one weight; answered by `inspected`."""

    do: Literal["inspect"]
    tensor: Name
    index: Index
    lane: Lane = 0


class Show(Asked):
    """The instruments whose readings the page draws now, and the grid they are drawn on."""

    do: Literal["show"]
    instruments: Annotated[list[Name], Field(max_length=20)]
    resolution: Annotated[int, Field(ge=8, le=200)] | None = None


class View(Asked):
    """The raw inputs that surfaces are drawn over; the others are held at their median."""

    do: Literal["view"]
    columns: Annotated[list[Annotated[int, Field(ge=0, le=10_000)]], Field(min_length=1, max_length=2)]


class Code(Asked):
    """The plain script or notebook of a lane; answered by `code`."""

    do: Literal["code"]
    to: Literal["script", "notebook"]
    lane: Lane = 0


class Landscape(Asked):
    """The loss around the path; answered by a `Measured` of the instrument `landscape`."""

    do: Literal["landscape"]
    resolution: Annotated[int, Field(ge=5, le=61)] = 25
    lane: Lane = 0


class Drawn(Asked):
    """The page has drawn every message up to this one."""

    do: Literal["drawn"]
    seq: Step


class RestartWorker(Asked):
    """Replace a worker that died, and go back to the last recorded step."""

    do: Literal["restart_worker"]


Command: TypeAlias = (
    Play
    | Pause
    | Speed
    | Advance
    | Seek
    | Reset
    | Change
    | StartOver
    | EditWeight
    | Inspect
    | Show
    | View
    | Code
    | Landscape
    | Drawn
    | RestartWorker
)
COMMANDS: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="do")])


def command_of(text: str | bytes) -> Command:
    """The command that a page sent as JSON. Raises `UserMistake` for anything else, and for more than 256 kB."""
    judged_text(text)
    try:
        return COMMANDS.validate_json(text)
    except ValidationError as error:
        raise mistake_in(error) from error


def judged_text(text: str | bytes) -> None:
    """Raise `UserMistake` for a command that is too long to be read."""
    size = len(text.encode()) if isinstance(text, str) else len(text)
    if size > MAX_COMMAND_BYTES:
        raise mistake("command", f"{size:,} bytes", f"at most {MAX_COMMAND_BYTES:,} bytes", "Send less at once.")


def mistake_in(error: ValidationError) -> UserMistake:
    """The first thing wrong with a command, in words."""
    first: Any = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "command"
    return mistake(where, _brief(first.get("input")), str(first["msg"]), "See docs/lab.md for the commands.")


def _brief(value: object) -> object:
    return value if isinstance(value, (bool, int, float)) else repr(value)[:80]
