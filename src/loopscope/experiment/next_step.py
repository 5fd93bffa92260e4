"""What to type next, as an error ends: a value as `--set` takes it. Never decides which value that is."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from typing import cast


def try_set(path: str, value: object) -> str:
    """`Try --set training.lr=0.01`, quoted where a shell would read more into it."""
    return f"Try --set {shlex.quote(f'{path}={written(value)}')}"


def written(value: object) -> str:
    """A value as `--set` takes it: `16,8`, `true`, `none`, and tables and rows as TOML has them."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        items = list(cast(Iterable[object], value))
        nested = any(isinstance(item, (dict, tuple, list)) for item in items)
        return _inline(items) if nested else ",".join(map(written, items)) or "[]"
    if isinstance(value, float):
        return f"{value:.15g}"
    return "none" if value is None else str(value)


def _inline(value: object) -> str:
    """A value within one line of TOML."""
    if isinstance(value, dict):
        pairs = cast(dict[str, object], value).items()
        return "{" + ", ".join(f"{key} = {_inline(item)}" for key, item in pairs) + "}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(_inline, cast(Iterable[object], value))) + "]"
    return json.dumps(value) if isinstance(value, str) else written(value)
