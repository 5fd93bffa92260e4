"""Which figure shows a sweep, and its arrays. Draws nothing by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..plots import Picture, responses
from ..plots.responses import Along, Band
from .factors import Factor
from .judging import FEWEST, is_higher_better, table
from .plans import Plan

MOST_BANDS = 7
"""Curves in one figure that are told apart at a glance."""

Floats = NDArray[np.float64]


def picture(plan: Plan, runs: pd.DataFrame, by: str, dark: bool = False) -> Picture:
    """Response curve of one factor, or of numbers with a few words beside; heatmap of two; parallel lines of more."""
    found = table(runs, plan, by)
    factors = plan.factors
    numbers = [factor for factor in factors if _is_number(found, factor)]
    words = [factor for factor in factors if factor not in numbers]
    seeds = "" if plan.seeds < 2 else f"median of {plan.seeds} seeds, {_interval(plan.seeds)}"
    if len(factors) == 1:
        return _responses(found, factors[0], None, by, seeds, dark)
    if len(factors) == 2 and plan.search == "grid":
        if len(words) == 1 and found[words[0].field].nunique() <= MOST_BANDS:
            return _responses(found, numbers[0], words[0], by, seeds, dark)
        return _heatmap(found, factors[0], factors[1], by, dark)
    return _parallel(found, factors, by, dark)


def _interval(seeds: int) -> str:
    return "95 % interval of it" if seeds >= FEWEST else "smallest to largest"


def _is_number(found: pd.DataFrame, factor: Factor) -> bool:
    return pd.api.types.is_numeric_dtype(found[factor.field]) and not pd.api.types.is_bool_dtype(found[factor.field])


def _along(found: pd.DataFrame, factor: Factor) -> Along:
    name = factor.field
    if _is_number(found, factor):
        values = np.unique(found[name].to_numpy(dtype=np.float64))
        return Along(name, log=factor.log or bool(values.min() > 0 and values.max() / values.min() > 20))
    return Along(name, words=tuple(dict.fromkeys(map(str, _in_order(found, factor)))))


def _in_order(found: pd.DataFrame, factor: Factor) -> list[Any]:
    """Levels as they were asked for."""
    levels = found.sort_values("point")[factor.field]
    return list(dict.fromkeys(levels))


def _places(values: pd.Series[Any], along: Along) -> Floats:
    if along.words:
        return np.array([along.words.index(str(value)) for value in values], dtype=np.float64)
    return values.to_numpy(dtype=np.float64)


def _responses(found: pd.DataFrame, main: Factor, other: Factor | None, by: str, note: str, dark: bool) -> Picture:
    along = _along(found, main)
    parts = [("", found)] if other is None else list(found.groupby(other.field, sort=False))
    bands: list[Band] = []
    for name, part in parts:
        x = _places(part[main.field], along)
        order = np.argsort(x)
        middle, low, high = (part[key].to_numpy(dtype=np.float64)[order] for key in ("median", "low", "high"))
        bands.append(Band(str(name), x[order], middle, low, high))
    return responses.response(bands, along, y=by.replace("_", " "), note=note, dark=dark)


def _heatmap(found: pd.DataFrame, across: Factor, down: Factor, by: str, dark: bool) -> Picture:
    columns, rows = _in_order(found, across), _in_order(found, down)
    values = np.full((len(rows), len(columns)), np.nan)
    for _, row in found.iterrows():
        values[rows.index(row[down.field]), columns.index(row[across.field])] = row["median"]
    words = [_word(value) for value in columns], [_word(value) for value in rows]
    return responses.heatmap(
        values, Along(across.field), Along(down.field), words,
        value=by.replace("_", " "), higher_is_better=is_higher_better(by), dark=dark,
    )  # fmt: skip


def _parallel(found: pd.DataFrame, factors: list[Factor], by: str, dark: bool) -> Picture:
    columns = {
        factor.field: (_places(found[factor.field], along), along)
        for factor in factors
        for along in [_along(found, factor)]
    }
    values = found["median"].to_numpy(dtype=np.float64)
    return responses.parallel(
        columns, values, value=by.replace("_", " "), higher_is_better=is_higher_better(by), dark=dark
    )


def _word(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
