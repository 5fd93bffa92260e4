"""Points set by hand: rows of [x1, x2, class] or of [x, y], and the task they make. Never sees a page or a link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias, cast

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from .kinds import InWords, Number, as_tuple
from .vocabulary import Task

MIN_POINTS = 2  # one to learn from and one to be tested on
MAX_POINTS = 1000
"""At three decimals so many take 7 kB of a link, which every browser and most mail programs let pass."""
MAX_CLASSES = 10  # there are so many colours

Row: TypeAlias = tuple[float, float] | tuple[float, float, int]


def _row(row: tuple[float, ...]) -> Row:
    if len(row) == 2:
        return row
    x1, x2, number = row
    if not (number.is_integer() and 0 <= number < MAX_CLASSES):
        raise PydanticCustomError("class_of_point", "no class")  # the words are the field's
    return x1, x2, int(number)


Point = Annotated[
    tuple[Annotated[Number, Field(ge=-1e12, le=1e12)], ...],
    BeforeValidator(as_tuple),
    Field(min_length=2, max_length=3),
    AfterValidator(_row),
    PlainSerializer(list, when_used="json"),  # or a class would be written as 1.0
    InWords(f"[x1, x2, class] with a whole number from 0 to {MAX_CLASSES - 1} for the class, or [x, y] for a curve"),
]
Points = Annotated[
    tuple[Point, ...],
    BeforeValidator(as_tuple),
    Field(max_length=MAX_POINTS),
    InWords(f"a list of {MIN_POINTS} to {MAX_POINTS} rows: all [x1, x2, class] with classes from 0, or all [x, y]"),
]


def classes_of(points: Sequence[Sequence[float]]) -> int:
    """How many classes there are: two at least, and all numbers up to the largest; 0 where rows are [x, y]."""
    numbers = [cast(int, row[2]) for row in points if len(row) == 3]
    return max(2, 1 + max(numbers)) if numbers else 0


def task_of(points: Sequence[Sequence[float]]) -> Task:
    """What is to be learned of such points."""
    count = classes_of(points)
    return "regression" if count == 0 else "binary" if count == 2 else "multiclass"
