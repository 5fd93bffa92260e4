"""What to type next, as an error ends: a value as `--set` takes it. Never decides which value that is."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import cast


def try_set(path: str, value: object) -> str:
    """`Try --set training.lr=0.01`, quoted where a shell would read more into it."""
    return f"Try --set {shlex.quote(f'{path}={written(value)}')}"


def written(value: object) -> str:
    """A value as `--set` takes it: `16,8`, `true`, `none`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return ",".join(written(item) for item in cast(Iterable[object], value)) or "[]"
    if isinstance(value, float):
        return f"{value:.15g}"
    return "none" if value is None else str(value)
