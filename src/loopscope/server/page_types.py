"""`python -m loopscope.server.page_types`: one JSON Schema of all that crosses to the page. Generates no TypeScript.

The page's build turns it into types, so that experiment, events and commands are written once, in Python.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
import typing
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..events import Changed, Finding, Found, Measured, PhaseEnded, RunEnded, RunStarted, StepEnded, Where
from ..experiment import json_schema
from ..worker.commands import COMMANDS
from ..worker.tile_commands import TILE_COMMANDS

EVENTS = (RunStarted, PhaseEnded, StepEnded, Measured, Changed, Found, RunEnded)
Schema = dict[str, Any]
PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "number"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    np.ndarray: {"$ref": "#/$defs/Grid"},
}
GRID: Schema = {
    "type": "object",
    "description": "An array as the page holds it; see web/src/wire/arrays.ts.",
    "tsType": "import('../wire/arrays').Grid",
}


def schema() -> Schema:
    """Everything in one document: `Experiment`, each event, `Command`; definitions by their Python names."""
    definitions: Schema = {"Grid": GRID}
    roots = {"experiment": _adopted(json_schema(), "Experiment", definitions)}
    roots["command"] = _adopted(COMMANDS.json_schema(), "Command", definitions)
    roots["tile_command"] = _adopted(TILE_COMMANDS.json_schema(), "TileCommand", definitions)
    definitions |= {kind.__name__: _fields(kind) for kind in (*EVENTS, Finding, Where)}
    roots["event"] = _adopted({"anyOf": [_message(kind.__name__) for kind in EVENTS]}, "WireEvent", definitions)
    return {
        "title": "Wire",
        "type": "object",
        "properties": roots,
        "required": list(roots),
        "additionalProperties": False,
        "$defs": definitions,
    }


def _adopted(one: Schema, name: str, definitions: Schema) -> Schema:
    """Move a schema and its own definitions into the common ones."""
    definitions |= one.pop("$defs", {})
    definitions[name] = _without_titles({key: value for key, value in one.items() if key not in ("$schema", "$id")})
    for key, value in definitions.items():
        definitions[key] = _without_titles(value)
    return {"$ref": f"#/$defs/{name}"}


def _without_titles(schema: Any) -> Any:
    """A title on every field would become a type alias of its own."""
    if isinstance(schema, list):
        return [_without_titles(each) for each in typing.cast(list[Any], schema)]
    if not isinstance(schema, dict):
        return schema
    given = typing.cast(Schema, schema)
    return {key: _without_titles(value) for key, value in given.items() if key != "title" or isinstance(value, dict)}


def _message(kind: str) -> Schema:
    properties = {"v": {"type": "number"}, "kind": {"const": kind}, "data": {"$ref": f"#/$defs/{kind}"}}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _fields(kind: type[Any]) -> Schema:
    hints = typing.get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    properties = {name: _of(hints[name]) for name in names}
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def _of(hint: Any) -> Schema:
    """The schema of one field's type. Raises `KeyError` for a type that no event has had so far."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return {}
    if origin is typing.Literal:
        return {"enum": list(inside)}
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_of(each) for each in inside]}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _of(inside[1])}
    if dataclasses.is_dataclass(hint):
        return {"$ref": f"#/$defs/{typing.cast(type[Any], hint).__name__}"}
    return PLAIN[hint]


if __name__ == "__main__":
    json.dump(schema(), sys.stdout)
