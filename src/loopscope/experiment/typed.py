"""Read typed text as the value that a field's shape asks for. Never refuses: what cannot be read stays text."""

from __future__ import annotations

import json
from typing import Any

from ..errors import UserMistake
from .codec import read_toml
from .shape import Shape

QUOTES = "'\""
OPEN, CLOSE = "([{", ")]}"


def read(text: str, shape: Shape) -> Any:
    """The value that `text` means where `shape` is asked for, or the text itself."""
    text = text.strip()
    match shape.kind:
        case "none":
            return None if text.lower() in ("none", "null") else text
        case "flag":
            return {"true": True, "false": False}.get(text.lower(), text)
        case "whole":
            return _whole(text)
        case "number":
            return _number(text)
        case "list":
            return _list(text, shape)
        case "choice":
            return _chosen(text, shape)
        case _:
            return _unquoted(text)


def split(text: str) -> list[str]:
    """Parts between commas that stand outside of brackets and quotes: `x1,max(x1,x2)` has two."""
    parts, depth, quote = [""], 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in QUOTES:
            quote = character
        depth += 0 if quote else (character in OPEN) - (character in CLOSE)
        if character == "," and depth <= 0 and not quote:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _whole(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        number = _number(text)
    # 1e4 is how people write a number of steps; 100.0 is not
    return int(number) if isinstance(number, float) and "e" in text.lower() and number.is_integer() else text


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _list(text: str, shape: Shape) -> Any:
    assert shape.items is not None
    if shape.items.kind == "table":
        return _tables(text)
    inner = text[1:-1].strip() if text.startswith("[") and text.endswith("]") else text
    return [read(part, shape.items) for part in split(inner)] if inner else []


def _tables(text: str) -> Any:
    """Tables as JSON or as TOML has them: `[{tensor = "0.weight", index = [0, 0], value = 0.5}]`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        read = read_toml(f"it = {text}")
    except UserMistake:
        return text
    return read["it"] if read.keys() == {"it"} else text


def _chosen(text: str, shape: Shape) -> Any:
    """What the first member makes of it that can read it; none before text, which could read anything."""
    for member in sorted(shape.members, key=lambda member: member.kind != "none"):
        value = read(text, member)
        if _is_read(text, value, member):
            return value
    return _unquoted(text)


def _is_read(text: str, value: Any, member: Shape) -> bool:
    match member.kind:
        case "list":
            return text.startswith("[") or "," in text
        case "name":
            return value in member.names
        case "text":
            return True
        case _:
            return not isinstance(value, str)


def _unquoted(text: str) -> str:
    quoted = len(text) >= 2 and text[0] in QUOTES and text[-1] == text[0]
    return text[1:-1] if quoted else text
