"""Small mappings as JSON text and back. Never refuses a value: what has no JSON form is kept as its text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Set
from typing import Any, cast

import numpy as np


def to_text(value: Any) -> str:
    """JSON on one line; NaN and infinity stay what they are, arrays become lists, keys become text."""
    return json.dumps(_keyed(value), default=_special, separators=(",", ":"))


def from_text(text: str) -> Any:
    """What `to_text` wrote."""
    return json.loads(text)


def sound(text: str) -> str:
    """Text that SQLite takes: halves of surrogate pairs, as in undecodable file names, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def fingerprint(experiment: Mapping[str, Any]) -> str:
    """Sixteen hexadecimal digits shared by experiments that are equal in all fields but the name."""
    fields = {key: value for key, value in experiment.items() if key != "name"}
    return hashlib.sha256(json.dumps(_keyed(fields), sort_keys=True, default=_special).encode()).hexdigest()[:16]


def _keyed(value: Any) -> Any:
    """The same with text keys all through, which JSON needs and `default` is not asked for."""
    if isinstance(value, Mapping):
        return {str(key): _keyed(inner) for key, inner in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_keyed(inner) for inner in cast("list[Any]", value)]
    return cast("object", value)


def _special(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return cast("np.generic[Any]", value).item()
    if isinstance(value, Set):
        return sorted(cast("Set[Any]", value), key=str)
    return str(value)
