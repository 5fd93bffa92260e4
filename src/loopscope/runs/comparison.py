"""Several runs side by side: what was asked differently, and what came of it. Judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .run import Run


@dataclass(frozen=True, slots=True)
class Comparison:
    """`asked` and `figures` hold a row a field: its name, and one value a run in the order of `runs`.

    A value is None where a run has no such field or figure. `asked` has only what differs.
    """

    runs: tuple[str, ...]
    asked: dict[str, list[Any]]
    figures: dict[str, list[Any]]


def compare(runs: Sequence[Run]) -> Comparison:
    """Experiment fields that differ, and the last figures of each run."""
    settings = [_flat(run.record.experiment or {}) for run in runs]
    differing = {n: row for n, row in _rows(settings).items() if any(value != row[0] for value in row)}
    summaries = [run.summary() for run in runs]
    heads = [{key: s[key] for key in ("status", "steps", "seconds")} for s in summaries]
    sides = [{f"{side}.{k}": v for side in ("train", "test") for k, v in s[side].items()} for s in summaries]
    figures = _rows([head | side for head, side in zip(heads, sides, strict=True)])
    return Comparison(tuple(run.id for run in runs), differing, figures)


def _rows(columns: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for column in columns for name in column)
    return {name: [column.get(name) for column in columns] for name in names}


def _flat(plain: Any, prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in plain.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat
