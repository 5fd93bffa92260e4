"""One JSON document on stdout. Knows no command.

JSON has no NaN and no infinity, so a number that is not finite stands as null; what went wrong says `status`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer


def put(data: Mapping[str, Any]) -> None:
    """Print the document, all at once, so that nobody ever reads half of it."""
    typer.echo(text(data))


def text(data: Mapping[str, Any]) -> str:
    """The document as text, keys in the order given."""
    return json.dumps(plain(data), indent=2, ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:
    """The same data with only what JSON has: no NaN, no NumPy, no tuples, every key a text."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return _converted(value)


def _converted(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):  # a NumPy number or array
        return plain(value.tolist())
    return repr(value)
