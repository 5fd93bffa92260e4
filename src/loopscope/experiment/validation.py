"""Turn plain data into an Experiment, and pydantic's words into one sentence a problem. Never reads files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..errors import Problem, UserMistake, listed, nearest
from .next_step import try_set
from .said import Said
from .shape import Setting, Shape, fields_of, in_words, range_in_words, setting, shape_of_field
from .spec import Experiment, Section
from .suggestion import meant

MOST_PROBLEMS = 32
OUT_OF_RANGE = {
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error of pydantic's belongs: a settable field (`root`), or one item of it (`path`)."""

    path: str
    root: str
    setting: Setting | None  # None for the experiment itself and for unknown fields
    shape: Shape
    owner: type[Section]
    item: bool = False


def validate(plain: object, *, name_of_source: str = "") -> Experiment:
    """The experiment that plain data (as from TOML or JSON) describes; sections may stand there ready made, too.

    Raises `UserMistake` with every problem, one line each: the field's dotted path (after `name_of_source`, such as
    a file's name, if given), its value, what is allowed, what to try. Fields that do not fit together are looked at
    once each field is fine by itself.
    """
    try:
        return Experiment.model_validate(plain)
    except ValidationError as error:
        problems = list(_problems(error.errors(include_url=False)))
    raise UserMistake(*(_as_typed(problem, name_of_source) for problem in _not_too_many(problems)))


def _problems(errors: list[ErrorDetails]) -> Iterator[Problem]:
    groups: dict[str, list[tuple[Place, ErrorDetails]]] = {}
    for error in errors:
        if error["type"] == "combination":
            yield from cast(UserMistake, error.get("ctx", {})["mistake"]).problems
            continue
        place = locate(error["loc"])
        groups.setdefault(place.root, []).append((place, error))
    for group in groups.values():
        yield from _problems_of_field(group)


def _problems_of_field(group: list[tuple[Place, ErrorDetails]]) -> Iterator[Problem]:
    """One sentence for a field however many members of its union complain, or one for each wrong item of a list."""
    items = {place.path: (place, error) for place, error in group if place.item}
    for place, error in items.values() or group[:1]:
        yield _problem(place, error, alone=len(group) == 1 or place.item)


def _problem(place: Place, error: ErrorDetails, *, alone: bool) -> Problem:
    value = error["input"]
    match error["type"]:
        case "extra_forbidden" | "invalid_key":
            return no_such_field(place.path, fields_of(place.owner), place.path.rpartition(".")[0])
        case "missing":
            return Problem(place.path, Said("missing"), in_words(place.shape), _next_step(place))
        case kind if kind in OUT_OF_RANGE and alone:
            return Problem(place.path, value, range_in_words(place.shape), _next_step(place))
        case _:
            return Problem(
                place.path, value, in_words(place.shape), _nearest_name(place.shape, value) or _next_step(place)
            )


def no_such_field(path: str, known: Iterable[str], section: str) -> Problem:
    """A path that leads nowhere, answered with the one that is most likely meant."""
    where = f"no field of [{section}]" if section else "no field of an experiment"
    near = meant(path)
    return Problem(path, Said(where), listed(tuple(known), most=32), f"Did you mean {near}?" if near else "")


def locate(loc: tuple[int | str, ...]) -> Place:
    """Follow pydantic's location through the schema; names of union members, which it mixes in, are left out."""
    owner: type[Section] = Experiment
    place = Place("experiment", "experiment", None, Shape("table", section=Experiment), Experiment)
    prefix = ""
    for part in loc:
        if place.shape.section:
            owner = place.shape.section
            place = _field(owner, str(part), prefix)
        elif isinstance(part, int):
            place = _item(place, part)
        prefix = f"{place.path}."
    return place


def _field(owner: type[Section], name: str, prefix: str) -> Place:
    path = f"{prefix}{name}"
    field = owner.model_fields.get(name)
    if field is None:
        return Place(path, path, None, Shape("none"), owner)
    return Place(path, path, setting(path, field), shape_of_field(field), owner)


def _item(place: Place, index: int) -> Place:
    lists = (place.shape, *place.shape.members)
    items = next((shape.items for shape in lists if shape.items), place.shape)
    return Place(f"{place.path}[{index}]", place.root, place.setting, items, place.owner, item=True)


def _nearest_name(shape: Shape, value: object) -> str:
    near = nearest(value, shape.known) if isinstance(value, str) else None
    return f'Did you mean "{near}"?' if near else ""


def _next_step(place: Place) -> str:
    """Something that works if typed; inside a list of tables, which has no path of its own, a line for the file."""
    if place.setting is None:
        return "Try an empty one and add to it."
    if place.shape.kind == "table":
        return _try_table(place)
    example = place.setting.example
    if "[" in place.root:
        return f"Try {place.setting.path.rpartition('.')[2]} = {json.dumps(example)}"
    return try_set(place.root, example)


def _try_table(place: Place) -> str:
    assert place.shape.section is not None
    if place.item:
        return ""
    name, field = next(iter(place.shape.section.model_fields.items()))
    first = setting(f"{place.path}.{name}", field)
    return try_set(first.path, first.example) if first.shape.kind != "list" else ""


def _not_too_many(problems: list[Problem]) -> list[Problem]:
    rest = len(problems) - MOST_PROBLEMS
    if rest <= 0:
        return problems
    return [*problems[:MOST_PROBLEMS], Problem("experiment", Said(f"wrong in {rest} more places"), "none")]


def _as_typed(problem: Problem, source: str) -> Problem:
    """A list is a list to whoever typed it; that the schema holds a tuple is our affair."""
    field = f"{source}: {problem.field}" if source else problem.field
    return replace(problem, field=field, value=_listed(problem.value))


def _listed(value: object) -> object:
    return [_listed(item) for item in cast(tuple[object, ...], value)] if isinstance(value, tuple) else value
