"""What is wrong with a request, in our words: pydantic's and FastAPI's are about their own types. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from ..errors import Problem
from ..experiment.said import Said

SEE = "See /openapi.json for what is asked."
MOST = 20
"""Faults that are told of one request."""
SHOULD = re.compile(r"^\w+ should (be|have) ")


def problems_of(faults: Sequence[Mapping[str, Any]], body: object) -> list[Problem]:
    """One problem a field; `faults` as pydantic lists them, `body` as it came."""
    if isinstance(body, bytes) and body:
        return [Problem("body", Said("no JSON by its header"), "content-type: application/json", SEE)]
    by_field: dict[str, list[Mapping[str, Any]]] = {}
    for fault in faults[:MOST]:
        by_field.setdefault(_field(fault, body), []).append(fault)
    return [_problem(field, alike) for field, alike in by_field.items()]


def unreadable(cause: BaseException | None) -> Problem:
    """For a body that could not even be read as JSON, from what reading it raised."""
    if isinstance(cause, UnicodeDecodeError):
        what = f"Byte 0x{cause.object[cause.start]:02x} at offset {cause.start:,} is not: send it as UTF-8."
        return Problem("body", Said("no text in UTF-8"), "JSON in UTF-8", what)
    if isinstance(cause, RecursionError):
        return Problem("body", Said("nested too deeply"), "JSON of few levels", "An experiment has five.")
    return Problem("body", Said("not readable"), "JSON in UTF-8", SEE)


def _field(fault: Mapping[str, Any], body: object) -> str:
    """Where it is, as the person sent it: the names that pydantic gives to the members of a union are left out."""
    place, *parts = fault["loc"]
    if place != "body":
        return ".".join(map(str, parts)) or str(place)
    if fault["type"] == "json_invalid":
        return "body"
    names: list[str] = []
    for part in parts:
        if _holds(body, part):
            body = cast(Any, body)[part]
            names.append(str(part))
    if fault["type"] == "missing" and parts:
        names.append(str(parts[-1]))
    return ".".join(names) or "body"


def _holds(value: object, part: object) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and part < len(cast(list[object], value))


def _problem(field: str, faults: Sequence[Mapping[str, Any]]) -> Problem:
    """Of a union's faults those count that are more than a wrong type: there its member is the one that was meant."""
    meant = [fault for fault in faults if not str(fault["type"]).endswith("_type")] or faults
    first = meant[0]
    if first["type"] == "json_invalid":
        what = f"{first['ctx']['error']}, at character {first['loc'][1] + 1:,}."
        return Problem("body", Said("no JSON"), "JSON in UTF-8", what)
    if first["type"] == "missing":
        return Problem(field, Said("missing"), "a value", SEE)
    words = dict.fromkeys(_words(str(fault["msg"])) for fault in meant)
    return Problem(field, first.get("input"), " or ".join(words), SEE)


def _words(message: str) -> str:
    if "dictionary" in message:
        return "an object"
    return SHOULD.sub("", message).replace("a valid string", "text").partition(" after validation")[0]
