"""A chart of few points shows every extreme of many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from loopscope.errors import UserMistake
from loopscope.store.decimate import kept

few_floats = st.floats(allow_nan=True, allow_infinity=True, width=16)  # few distinct ones, so that ties happen
many_values = hnp.arrays(np.float64, st.integers(1, 400), elements=few_floats)


@given(many_values, st.integers(8, 60))
def test_ends_and_extremes_stay_and_the_budget_is_kept(values: np.ndarray, points: int) -> None:
    chosen = kept(values, points)
    assert len(chosen) <= max(points, 1)
    assert (np.diff(chosen) > 0).all()
    assert chosen[0] == 0
    assert chosen[-1] == len(values) - 1
    if len(values) <= points:
        assert len(chosen) == len(values)
    if not np.isnan(values).all():
        assert np.nanmin(values[chosen]) == np.nanmin(values)
        assert np.nanmax(values[chosen]) == np.nanmax(values)
    assert np.isnan(values[chosen]).any() == np.isnan(values).any()


def test_every_stretch_keeps_its_own_extremes() -> None:
    values = np.zeros(10_000)
    values[[123, 4567, 8901]] = 5.0
    values[[200, 4700, 9000]] = -5.0
    assert {123, 4567, 8901, 200, 4700, 9000} <= set(kept(values, 100).tolist())


def test_gaps_everywhere_stay_within_the_budget() -> None:
    values = np.tile([1.0, np.nan, -1.0], 3000)
    assert 90 < len(kept(values, 100)) <= 100


def test_too_few_points_are_refused() -> None:
    with pytest.raises(UserMistake, match=r"points is 3; allowed 8 or more"):
        kept(np.zeros(100), 3)
