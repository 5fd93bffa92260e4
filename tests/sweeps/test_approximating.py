"""What may be claimed of width and depth: never more than was found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loopscope import engines
from loopscope.errors import UserMistake
from loopscope.sweeps import approximating, depth_against_parameters, depth_figure, smallest_width
from loopscope.sweeps.approximating import size_of, width_for

QUICK = {"steps": 200, "seeds": 2, "rates": (0.03,)}


def test_a_kink_needs_two_relus_and_is_found_with_few() -> None:
    found = smallest_width("abs(x)", 0.4, activation="relu", most=16, **QUICK)  # type: ignore[arg-type]
    assert found.width is not None and 2 <= found.width <= 8
    mine = found.tried.set_index("width")["best"]
    assert mine[found.width] <= 0.4
    assert (mine[mine.index < found.width] > 0.4).all()
    assert f"{found.width} units come within 0.4" in found.sentence and "Fewer may do" in found.sentence


def test_one_unit_is_never_said_to_be_enough_for_a_kink() -> None:
    found = smallest_width("abs(x)", 0.4, activation="relu", most=1, **QUICK)  # type: ignore[arg-type]
    assert found.width is None
    assert found.sentence.startswith("Not found within 1 unit:")
    assert "may do better" in found.sentence


def test_the_error_is_that_of_the_function_and_not_of_the_rows() -> None:
    """A straight line is drawn by a linear unit: what is left over is |x² − best line|, known in closed form."""
    found = smallest_width("x^2", 0.1, activation="identity", most=1, steps=2000, seeds=1, rates=(0.05,))
    mean = 4 / 3  # of x² over [-2, 2]; no slope, by symmetry
    assert found.tried["best"][0] == pytest.approx(4 - mean, abs=0.25)


def test_the_search_halves_between_what_failed_and_what_did() -> None:
    asked: list[int] = []

    def fits(width: int) -> bool:
        asked.append(width)
        return width >= 11

    assert approximating._least(fits, 2048) == 11
    assert asked == [1, 2, 4, 8, 16, 12, 10, 11]
    assert approximating._least(lambda width: False, 12) is None
    assert approximating._least(lambda width: width == 12, 12) == 12


def test_parameters_are_counted_as_torch_counts_them() -> None:
    for width, depth in ((1, 1), (7, 1), (3, 4), (12, 6)):
        asked = approximating._experiment({"name": "sawtooth"}, [width] * depth, "relu", 1)
        job = engines.prepare(asked)
        assert sum(p.numel() for p in job.model.parameters()) == size_of(width, depth)
    assert size_of(width_for(500, 3), 3) <= 500 < size_of(width_for(500, 3) + 1, 3)


def test_depth_is_compared_at_about_equal_size() -> None:
    found = depth_against_parameters((60, 120), (1, 3), **QUICK)  # type: ignore[arg-type]
    assert found["depth"].tolist() == [1, 3, 1, 3]
    assert (found["parameters"] <= [60, 60, 120, 120]).all() and (found["parameters"] >= [40, 40, 90, 90]).all()
    assert (found["low"] <= found["median"]).all() and (found["median"] <= found["high"]).all()
    assert np.isfinite(found["median"]).all()
    assert depth_figure(found).png()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("function", "within", "more", "said"),
    [
        ("sin(3*x", 0.1, {}, "data.formula"),
        ("x1*x2", 0.1, {}, "x alone"),
        ("sin(x)", 0.0, {}, "above 0"),
        ("sin(x)", 0.1, {"most": 0}, "16,384"),
    ],
)
def test_what_cannot_be_searched_is_said(function: str, within: float, more: dict[str, int], said: str) -> None:
    with pytest.raises(UserMistake, match=said):
        smallest_width(function, within, **QUICK, **more)  # type: ignore[arg-type]


def test_what_was_not_found_is_told_with_the_best_there_was() -> None:
    tried = pd.DataFrame([{"width": 1, "best": 0.9, "runs": 3}, {"width": 2, "best": 0.4, "runs": 3}])
    found = approximating.Widths("sin(x)", 0.1, 2, None, tried)
    assert found.sentence.startswith("Not found within 2 units: the least error of 6 runs was 0.4, with 2; 0.1 was")
