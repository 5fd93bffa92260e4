"""What one field may hold, read from pydantic's metadata and put into words. Never sees a value from a user."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import annotated_types as at
from pydantic.fields import FieldInfo

from .kinds import ONE_LINE, InWords
from .spec import Experiment, Section

Kind: TypeAlias = Literal["none", "flag", "whole", "number", "text", "name", "list", "table", "choice"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value may be, one level deep; `items` of a list, `members` of a choice are shapes themselves."""

    kind: Kind
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    least: int | None = None  # length of a list or text
    most: int | None = None
    names: tuple[str, ...] = ()
    members: tuple[Shape, ...] = ()
    items: Shape | None = None
    section: type[Section] | None = None
    one_line: bool = False
    said: str = ""  # where the schema has words of its own

    @property
    def optional(self) -> bool:
        return any(member.kind == "none" for member in self.members)

    @property
    def table(self) -> type[Section] | None:
        """The section that such a value is, or that each item of such a list is."""
        return self.items.section if self.items else self.section

    @property
    def known(self) -> tuple[str, ...]:
        """Every name that may stand here, alone or in a list."""
        below = (*self.members, *((self.items,) if self.items else ()))
        return tuple(dict.fromkeys((*self.names, *(name for shape in below for name in shape.known))))


@dataclass(frozen=True, slots=True)
class Setting:
    """One field that can be set: what it may hold, what it holds unless told otherwise, what it is for."""

    path: str
    type: str
    allowed: str
    default: Any
    example: Any
    description: str
    shape: Shape


@cache
def paths() -> dict[str, Setting]:
    """Every field of an experiment by its dotted path, in the order of the schema: what `--set` takes."""
    return {setting.path: setting for setting in _settings(Experiment, "")}


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of an experiment as `to_json` writes it: what other languages' types are made from."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Experiment.model_json_schema()}


def fields_of(section: type[Section]) -> tuple[str, ...]:
    return tuple(section.model_fields)


def shape_of_field(field: FieldInfo) -> Shape:
    return _constrained(_shape(field.annotation), field.metadata)


def setting(path: str, field: FieldInfo) -> Setting:
    """A field in words. An example is the schema's own, or the default."""
    shape = shape_of_field(field)
    example = field.examples[0] if field.examples else field.default
    return Setting(path, type_in_words(shape), in_words(shape), field.default, example, field.description or "", shape)


def _settings(section: type[Section], prefix: str) -> Iterator[Setting]:
    for name, field in section.model_fields.items():
        one = setting(f"{prefix}{name}", field)
        if one.shape.section:
            yield from _settings(one.shape.section, f"{one.path}.")
        else:
            yield one


def _shape(annotation: Any) -> Shape:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        return _constrained(_shape(inner), metadata)
    if origin is Literal:
        return Shape("name", names=tuple(str(name) for name in get_args(annotation)))
    if origin in (Union, types.UnionType):
        return Shape("choice", members=tuple(_shape(member) for member in get_args(annotation)))
    if origin is tuple:
        return _list_shape(get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return Shape("table", section=annotation)
    kinds: dict[Any, Kind] = {bool: "flag", int: "whole", float: "number", str: "text", types.NoneType: "none"}
    return Shape(kinds[annotation])


def _list_shape(items: tuple[Any, ...]) -> Shape:
    if items[-1] is Ellipsis:
        return Shape("list", items=_shape(items[0]))
    # a tuple of fixed length has items of one kind in this schema (betas)
    return Shape("list", items=_shape(items[0]), least=len(items), most=len(items))


def _constrained(shape: Shape, metadata: list[Any]) -> Shape:
    """The shape with annotated-types' bounds; those of an optional or chosen value stand on its members already."""
    for item in metadata:
        match item:
            case FieldInfo():
                shape = _constrained(shape, item.metadata)
            case at.Ge():
                shape = replace(shape, low=item.ge, low_open=False)
            case at.Gt():
                shape = replace(shape, low=item.gt, low_open=True)
            case at.Le():
                shape = replace(shape, high=item.le, high_open=False)
            case at.Lt():
                shape = replace(shape, high=item.lt, high_open=True)
            case at.MinLen():
                shape = replace(shape, least=item.min_length)
            case at.MaxLen():
                shape = replace(shape, most=item.max_length)
            case InWords():
                shape = replace(shape, said=item.allowed)
            case _ if getattr(item, "pattern", None) == ONE_LINE:
                shape = replace(shape, one_line=True)
            case _:  # validators and the like say nothing about a range
                pass
    return shape


def in_words(shape: Shape) -> str:
    """What is allowed, as one phrase: `a number, 0 to 1, or none`."""
    if shape.said:
        return shape.said
    match shape.kind:
        case "none":
            return "none"
        case "flag":
            return "true or false"
        case "whole":
            return f"a whole number {whole_range(shape)}".rstrip()
        case "number":
            span = number_range(shape)
            return f"a number, {span}" if span else "a finite number"
        case "text":
            return f"{'one line' if shape.one_line else 'a text'} of {shape.least or 0} to {shape.most} characters"
        case "name":
            return ", ".join(shape.names)
        case "list":
            return _list_in_words(shape)
        case "table":
            return f"a table with {', '.join(fields_of(shape.section or Section))}"
        case "choice":
            return _choice_in_words(shape)


def range_in_words(shape: Shape) -> str:
    """What is allowed to a value that has the right type already: `0 to 1`."""
    shape = _only_member(shape)
    return (
        number_range(shape) if shape.kind == "number" and (shape.low, shape.high) != (None, None) else in_words(shape)
    )


def type_in_words(shape: Shape) -> str:
    """The type alone: `number`, `whole number or none`, `list of names`."""
    match shape.kind:
        case "choice":
            return " or ".join(type_in_words(member) for member in shape.members)
        case "list":
            assert shape.items is not None
            one = type_in_words(shape.items)
            return f"list of {one.replace('list', 'lists', 1) if one.startswith('list') else one + 's'}"
        case "flag":
            return "true or false"
        case "whole":
            return "whole number"
        case _:
            return shape.kind


def whole_range(shape: Shape) -> str:
    low = None if shape.low is None else int(shape.low) + shape.low_open
    high = None if shape.high is None else int(shape.high) - shape.high_open
    if low is None or high is None:
        return "" if low is high else f"of at least {low}" if high is None else f"of at most {high}"
    return f"from {low} to {high}"


def number_range(shape: Shape) -> str:
    low, high = plain_number(shape.low), plain_number(shape.high)
    if low and high and not shape.low_open and not shape.high_open:
        return f"{low} to {high}"
    above = f"{'above' if shape.low_open else 'at least'} {low}" if low else ""
    below = f"{'below' if shape.high_open else 'at most'} {high}" if high else ""
    return " and ".join(part for part in (above, below) if part)


def plain_number(value: float | None) -> str:
    return "" if value is None else f"{value:g}".replace("e+", "e")


def _list_in_words(shape: Shape) -> str:
    assert shape.items is not None
    least, most = shape.least or 0, shape.most
    count = f"{most}" if least == most else f"{least} to {most}" if least else f"up to {most}"
    kind = "items" if shape.items.kind == "table" else "names" if shape.items.names else "values"
    item = in_words(shape.items)
    link = ":" if shape.items.names else ", each"
    return f"a list of {count} {kind}{link} {item}"


def _choice_in_words(shape: Shape) -> str:
    words = [_member_in_words(shape, member) for member in shape.members]
    return ", or ".join(words)


def _member_in_words(choice: Shape, member: Shape) -> str:
    repeats = member.items is not None and any(other.names == member.items.names for other in choice.members)
    return "a list of these" if repeats else in_words(member)


def _only_member(shape: Shape) -> Shape:
    members = [member for member in shape.members if member.kind != "none"]
    return members[0] if len(members) == 1 else shape
