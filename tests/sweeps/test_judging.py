"""What is said of numbers whose answer is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from loopscope.errors import UserMistake
from loopscope.experiment import load
from loopscope.sweeps import Plan, plan
from loopscope.sweeps.book import Row
from loopscope.sweeps.judging import frame, interval, median, paired, table, verdict


def rows_of(scores: list[list[float]], figure: str = "test_loss") -> tuple[Plan, list[Row]]:
    """A plan of as many learning rates, and a run for each score; an infinite one diverged."""
    seeds = len(scores[0])
    rates = ",".join(f"{0.1 * (i + 1):g}" for i in range(len(scores)))
    asked = plan(load("moons-mlp"), [f"training.lr={rates}"], seeds=seeds)
    flat = [score for point in scores for score in point]
    rows = [row(run, score, figure) for run, score in enumerate(flat)]
    return asked, rows


def row(run: int, score: float, figure: str) -> dict[str, Any]:
    good = math.isfinite(score)
    how = {"run": run, "rung": 0, "status": "finished" if good else "diverged", "reason": "", "steps": 10}
    return {**how, figure: score if good else None, "curve": [[], []]}


def test_the_best_median_comes_first_with_its_interval() -> None:
    asked, rows = rows_of([[5, 6, 7, 8, 9, 10], [1, 2, 3, 4, 5, 6], [1, 2, math.inf, math.inf, math.inf, math.inf]])
    found = table(frame(asked, rows), asked, "test_loss")
    assert found["training.lr"].tolist() == pytest.approx([0.2, 0.1, 0.3])
    assert found["median"].tolist() == [3.5, 7.5, math.inf]
    assert (found["low"][0], found["high"][0], found["coverage"][0]) == (1, 6, 0.95)
    assert found["diverged"].tolist() == [0, 0, 4]


def test_of_accuracies_the_highest_is_best() -> None:
    asked, rows = rows_of([[0.5] * 6, [0.9] * 6], "test_accuracy")
    found = table(frame(asked, rows), asked, "test_accuracy")
    assert found["median"].tolist() == [0.9, 0.5] and found["low"].tolist() == [0.9, 0.5]


def test_an_interval_holds_the_median_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    for count in (3, 8, 15):
        held, coverage = 0, 0.0
        for _ in range(2000):
            low, high, coverage = interval(rng.exponential(size=count))
            held += low <= math.log(2) <= high
        assert held / 2000 >= coverage - 0.02


def test_a_real_difference_is_said_to_be_one() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=16)
    asked, rows = rows_of([(1 + noise).tolist(), (2 + noise + 0.1 * rng.normal(size=16)).tolist()])
    (said,) = verdict(frame(asked, rows), asked, "test_loss")
    assert said.startswith("training.lr=0.1 is better than the other one over 16 seeds (Wilcoxon, p ≤ ")


def test_a_difference_inside_the_noise_is_said_to_be_none() -> None:
    rng = np.random.default_rng(2)
    asked, rows = rows_of([rng.normal(size=16).tolist() for _ in range(3)])
    (said,) = verdict(frame(asked, rows), asked, "test_loss")
    assert "2 of 2 other settings cannot be told from it" in said and "inside the noise" in said


def test_noise_alone_is_rarely_called_a_difference() -> None:
    rng = np.random.default_rng(3)
    called = 0
    for _ in range(60):
        asked, rows = rows_of([rng.normal(size=8).tolist() for _ in range(2)])
        called += "is better than" in verdict(frame(asked, rows), asked, "test_loss")[0]
    assert called <= 9  # 5 % of 60 are 3; more than 9 of them has a chance of 0.1 %


def test_few_seeds_and_none_that_trained_are_said() -> None:
    asked, rows = rows_of([[1.0, 1.1], [5.0, 5.1]])
    assert "With 2 seeds nothing could be" in verdict(frame(asked, rows), asked, "test_loss")[0]
    asked, rows = rows_of([[1.0], [5.0]])
    assert "says nothing of luck" in verdict(frame(asked, rows), asked, "test_loss")[0]
    asked, rows = rows_of([[math.inf] * 3, [math.inf] * 3])
    rows[0]["test_loss"] = 1.0
    assert "No setting trained" in verdict(frame(asked, rows), asked, "test_loss")[0]


def test_pairs_that_both_diverged_count_for_neither() -> None:
    both = np.array([math.inf] * 6)
    assert paired(both, both) == 1.0
    assert paired(np.arange(6.0), both) == pytest.approx(2 * 0.5**6)


def test_the_median_of_an_even_number_with_a_diverged_one_in_the_middle_is_diverged() -> None:
    assert median(np.array([1.0, math.inf])) == math.inf
    assert median(np.array([1.0, 2.0, math.inf])) == 2.0


def test_a_figure_that_was_not_measured_is_named_with_those_that_were() -> None:
    asked, rows = rows_of([[1.0], [2.0]])
    with pytest.raises(UserMistake, match="test_loss"):
        table(frame(asked, rows), asked, "test_lost")
