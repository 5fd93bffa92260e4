"""Build a frozen event from decoded data, each field of the type that its class declares. Knows no event by name."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from ..errors import UserMistake, listed, mistake

WORDS: dict[Any, str] = {int: "a whole number", float: "a number", str: "a text", np.ndarray: "an array"}


def build(kind: type[Any], data: Any, path: str) -> Any:
    """The dataclass `kind` made of the map `data`.

    Whole numbers are taken for floats, since JavaScript's encoder writes 1.0 as 1. Raises `UserMistake` with the
    field's path for a field that is missing, unknown or of another type.
    """
    fields = _map(data, path)
    hints, needed = _declared(kind)
    for name in fields:
        if name not in hints:
            raise mistake(f"{path}.{name}", _brief(fields[name]), f"no such field; {listed(tuple(hints))}")
    for name in needed:
        if name not in fields:
            raise mistake(path, f"without {name}", f"a map with {listed(needed)}")
    return kind(**{name: _checked(value, hints[name], f"{path}.{name}") for name, value in fields.items()})


@cache
def _declared(kind: type[Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Types of all fields by name, and the names of those without a default."""
    missing = dataclasses.MISSING
    fields = dataclasses.fields(kind)
    needed = tuple(f.name for f in fields if f.default is missing and f.default_factory is missing)
    return get_type_hints(kind), needed


def _checked(value: Any, hint: Any, path: str) -> Any:
    if hint is Any:
        return _plain(value, path)
    origin = get_origin(hint)
    if origin is Mapping:
        inner = get_args(hint)[1]
        return {key: _checked(item, inner, f"{path}.{key}") for key, item in _map(value, path).items()}
    if origin in (Union, types.UnionType):
        return None if value is None else _checked(value, get_args(hint)[0], path)
    if origin is Literal:
        if isinstance(value, str) and value in get_args(hint):
            return value
        raise mistake(path, _brief(value), ", ".join(get_args(hint)))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return build(hint, value, path)
    return _scalar(value, get_origin(hint) or hint, path)


def _scalar(value: Any, kind: Any, path: str) -> Any:
    if kind is float and type(value) in (int, float):
        return float(value)
    if type(value) is kind:
        return value
    raise _wrong(value, path, WORDS[kind])


def _plain(value: Any, path: str) -> Any:
    """Anything that `encode` writes: msgpack knows bytes and times besides, which no event has."""
    if value is None or isinstance(value, (bool, int, float, str, np.ndarray)):
        return cast(Any, value)
    if isinstance(value, list):
        return [_plain(item, f"{path}[{index}]") for index, item in enumerate(cast(list[Any], value))]
    if isinstance(value, dict):
        return {key: _plain(item, f"{path}.{key}") for key, item in _map(cast(Any, value), path).items()}
    raise _wrong(value, path, "plain data")


def _map(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in cast(dict[Any, Any], value)):
        raise _wrong(value, path, "a map with text keys")
    return cast(dict[str, Any], value)


def _wrong(value: Any, path: str, allowed: str) -> UserMistake:
    return mistake(path, _brief(value), allowed)


def _brief(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float, str)) else f"a {type(value).__name__}"
