"""What is told of a run in the hand: its curves and its last figures. Prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..runs import Run

SIDES = ("train", "test")
LABELS: dict[str, str] = {"r2": "R²", "mae": "mean absolute error", "rmse": "root mean squared error"}
SCORES = {"accuracy": "accuracy", "r2": "R²", "perplexity": "perplexity"}
"""The one figure by which a task is judged at a glance."""
POINTS = 2000
"""Points of a curve that are read for a plot; smallest and largest stay among them."""

Curves = dict[str, tuple[Any, Any]]


def curves(run: Run) -> Curves:
    """Name → steps and values: the loss over all rows where it was measured, else that of the batches."""
    names = run.series_names()
    wanted = {side: f"loss.{side}" for side in SIDES if f"loss.{side}" in names}
    if not wanted and "loss" in names:
        wanted = {"loss": "loss"}
    found = {label: run.series(name, points=POINTS) for label, name in wanted.items()}
    return {label: (series.steps, series.values) for label, series in found.items()}


def rows(summary: Mapping[str, Any]) -> list[tuple[str, float | None, float | None]]:
    """The last figures as rows: name, train, test."""
    keys: dict[str, None] = dict.fromkeys(key for side in SIDES for key in summary[side])
    return [(LABELS.get(key, key), summary["train"].get(key), summary["test"].get(key)) for key in keys]


def judged(summary: Mapping[str, Any]) -> tuple[float | None, str]:
    """Loss and score of the rows that were held back, or of the training rows where none were."""
    from .screen import score

    side = summary["test"] or summary["train"]
    found = next((f"{label} {score(side[key])}" for key, label in SCORES.items() if key in side), "")
    return side.get("loss"), found
