"""What came of a sweep: a table of settings over seeds, the best, and what cannot be told from noise. Trains nothing.

Settings are compared by the median over repetitions. A run that diverged counts as worse than any that did not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import unknown
from .book import Row
from .plans import Plan

CONFIDENCE = 0.95
FEWEST = 6
"""Repetitions from which a median has a 95 % interval and a paired test can find anything: 2 × 0.5⁶ = 0.03."""

HIGHER_IS_BETTER = ("accuracy", "r2")
LARGE = 1e300
"""Stands for the difference to a run that diverged: only its rank counts."""

FIGURES = tuple(
    f"{side}_{name}" for name in ("loss", "accuracy", "r2", "mae", "rmse", "perplexity") for side in ("test", "train")
)
"""All that a run may be judged by; which of them there are depends on the task."""

PROPER = ("run", "rung", "status", "reason", "steps", "curve")

Floats = NDArray[np.float64]


def frame(plan: Plan, rows: Sequence[Row]) -> pd.DataFrame:
    """A row for each run that is over: run, point, repetition, its levels, how it ended, its last figures."""
    found = [
        {
            "run": row["run"],
            "point": row["run"] // plan.seeds,
            "repetition": row["run"] % plan.seeds,
            **plan.values_of(row["run"] // plan.seeds),
            **{name: row[name] for name in ("rung", "status", "steps")},
            **{name: np.nan if value is None else value for name, value in row.items() if name not in PROPER},
        }
        for row in sorted(rows, key=lambda row: (row["run"], row["rung"]))
    ]
    return pd.DataFrame(found)


def figures_of(runs: pd.DataFrame, plan: Plan) -> list[str]:
    """The columns that a sweep can be judged by."""
    known = {"run", "point", "repetition", "rung", "status", "steps", *(factor.field for factor in plan.factors)}
    return [str(name) for name in runs.columns if name not in known]


def known_figure(by: str | None) -> str | None:
    """Raises `UserMistake` for what no sweep measures, so that nobody waits for it."""
    if by is not None and by not in FIGURES:
        raise unknown("--by", by, FIGURES, "Try --by test_loss")
    return by


def usual_figure(figures: Sequence[str]) -> str:
    """The loss over rows that were held back; over the training rows where there are none."""
    return "test_loss" if "test_loss" in figures else "train_loss"


def table(runs: pd.DataFrame, plan: Plan, by: str) -> pd.DataFrame:
    """A row for each point, the best first: its levels, median, low and high (95 % interval of the median), diverged.

    The interval is that of order statistics (SciPy's `quantile_test`), which assumes nothing of the distribution; where
    there are too few repetitions for one (below 6), it is smallest to largest, and `coverage` says what that is worth.
    Raises `UserMistake` for a figure that was not measured.
    """
    figures = figures_of(runs, plan)
    if by not in figures:
        raise unknown("--by", by, figures, f"Try --by {usual_figure(figures)}")
    scores = scores_of(runs, by)
    sign = -1.0 if is_higher_better(by) else 1.0
    found: list[dict[str, Any]] = []
    for point, mine in scores.items():
        low, high, coverage = interval(mine)
        bounds = {"median": sign * median(mine), "low": sign * low, "high": sign * high}
        if sign < 0:
            bounds["low"], bounds["high"] = bounds["high"], bounds["low"]
        count = {"coverage": coverage, "runs": len(mine), "diverged": int(np.isinf(mine).sum())}
        found.append({"point": point, **plan.values_of(point), **bounds, **count})
    order = sorted(found, key=lambda row: sign * row["median"])
    return pd.DataFrame(order)


def is_higher_better(by: str) -> bool:
    return by.endswith(HIGHER_IS_BETTER)


def scores_of(runs: pd.DataFrame, by: str) -> dict[int, Floats]:
    """By point, a score for each repetition in order, smaller is better: infinite where the run diverged or failed."""
    last = runs.sort_values(["run", "rung"]).groupby("run", sort=True).tail(1)
    last = last[last["rung"] == last.groupby("point")["rung"].transform("max")]
    values = last[by].to_numpy(dtype=np.float64) * (-1.0 if is_higher_better(by) else 1.0)
    values = np.where(last["status"].isin(["diverged", "failed"]) | np.isnan(values), np.inf, values)
    scored = last.assign(score=values)
    return {int(point): mine["score"].to_numpy() for point, mine in scored.groupby("point", sort=True)}  # type: ignore[arg-type]


def median(scores: Floats) -> float:
    """The middle one; of an even number, the worse of the two in the middle where one of them is infinite."""
    middle = np.sort(scores)[[(len(scores) - 1) // 2, len(scores) // 2]]
    return float(middle.mean()) if np.isfinite(middle).all() else float(middle[1])


def interval(scores: Floats) -> tuple[float, float, float]:
    """Low and high of the median, and how often such an interval holds it [0 to 1]."""
    count, finite = len(scores), np.where(np.isinf(scores), np.finfo(np.float64).max, scores)
    if count >= FEWEST:
        found = stats.quantile_test(finite, p=0.5).confidence_interval(CONFIDENCE)
        low, high, coverage = float(found.low), float(found.high), CONFIDENCE
    else:
        low, high, coverage = float(finite.min()), float(finite.max()), 1 - 2 * 0.5**count
    return _infinite(low), _infinite(high), coverage


def _infinite(value: float) -> float:
    return math.inf if value == np.finfo(np.float64).max else value


def verdict(runs: pd.DataFrame, plan: Plan, by: str) -> list[str]:
    """In sentences: which is best, and which cannot be told from it by a paired test across repetitions.

    Wilcoxon's signed-rank test of each point against the best, over the repetitions that both have; p-values are
    adjusted for their number (Benjamini and Hochberg, SciPy's `false_discovery_control`) and compared with 0.05.
    """
    scores = scores_of(runs, by)
    ranked = sorted(scores, key=lambda point: median(scores[point]))
    best, others = ranked[0], ranked[1:]
    name = label(plan, best)
    if not math.isfinite(median(scores[best])):
        return ["No setting trained: more than half of the runs of each diverged. Try smaller learning rates."]
    if not others:
        return [f"Only {name} was tried."]
    if plan.seeds < 2:
        return [f"{name} came out best, in one run each. That says nothing of luck: try --seeds 8."]
    chances = [paired(scores[best], scores[point]) for point in others]
    adjusted = stats.false_discovery_control(chances)
    close = [point for point, chance in zip(others, adjusted, strict=True) if chance >= 1 - CONFIDENCE]
    if not close:
        worst = float(max(adjusted))
        over = f"over {plan.seeds} seeds (Wilcoxon, p ≤ {worst:.2g})"
        return [f"{name} is better than {_all(others)} {over}."]
    few = "" if len(scores[best]) >= FEWEST else f" With {plan.seeds} seeds nothing could be: try --seeds 8 or more."
    shown = "; ".join(label(plan, point) for point in close[:3]) + (" …" if len(close) > 3 else "")
    chance = float(adjusted[others.index(close[0])])
    return [
        f"{name} came out best, but {len(close)} of {len(others)} other settings cannot be told from it: {shown}. "
        f"Over {plan.seeds} seeds the differences are inside the noise (Wilcoxon, p = {chance:.2g}).{few}"
    ]


def paired(one: Floats, other: Floats) -> float:
    """The chance of differences as lopsided as these, were both alike (two-sided)."""
    count = min(len(one), len(other))
    left, right = one[:count], other[:count]
    both = np.isinf(left) & np.isinf(right)
    with np.errstate(invalid="ignore"):  # infinity less infinity
        difference = np.where(both, 0.0, np.clip(left - right, -LARGE, LARGE))
    if not difference.any():
        return 1.0
    return float(stats.wilcoxon(difference).pvalue)  # pyright: ignore[reportAttributeAccessIssue]


def label(plan: Plan, point: int) -> str:
    """A point as one would type it: training.lr=0.1 model.activation=relu."""
    return " ".join(f"{name}={text}" for name, text in plan.points[point].items())


def _all(others: Sequence[int]) -> str:
    return "the other one" if len(others) == 1 else f"all {len(others)} others"
