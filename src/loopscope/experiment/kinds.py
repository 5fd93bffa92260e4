"""Kinds of values that fields hold: numbers within bounds, lists, single lines. Knows no field by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from pydantic import AfterValidator, BeforeValidator, Field

MAX_ITEMS = 64
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"


@dataclass(frozen=True, slots=True)
class InWords:
    """Stands in a field's annotation where its constraint, a pattern, cannot be read aloud."""

    allowed: str


def as_tuple(value: object) -> object:
    return tuple(cast(list[object], value)) if isinstance(value, list) else value


def text_as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else as_tuple(value)


def whole_as_tuple(value: object) -> object:
    return (value,) if isinstance(value, int) and not isinstance(value, bool) else as_tuple(value)


def _without_minus_zero(value: float) -> float:
    # -0.0 equals 0.0 but is written differently: equal experiments would have two fingerprints
    return value + 0.0


Number = Annotated[float, AfterValidator(_without_minus_zero)]
Fraction = Annotated[Number, Field(ge=0, lt=1)]
Positive = Annotated[Number, Field(gt=0, le=1e12)]
NotNegative = Annotated[Number, Field(ge=0, le=1e12)]
SeedNumber = Annotated[int, Field(ge=0, lt=2**32)]
Count = Annotated[int, Field(ge=1, le=10**9)]
OneLine = Annotated[str, Field(min_length=1, pattern=ONE_LINE)]
Features = Annotated[
    tuple[Annotated[OneLine, Field(max_length=200)], ...],
    BeforeValidator(text_as_tuple),
    Field(max_length=MAX_ITEMS),
]
Widths = Annotated[
    tuple[Annotated[int, Field(ge=1, le=8192)], ...],
    BeforeValidator(whole_as_tuple),
    Field(min_length=1, max_length=MAX_ITEMS),
]
