"""Samples and histograms against NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from loopscope.instruments.transfer import arrays, histogram, numbers, sample


def test_arrays_keep_shape_and_value_and_widen_halves():
    tensors = [torch.randn(2, 3), torch.ones(()), torch.arange(4), torch.randn(3).bfloat16(), torch.zeros(0, 2)]
    found = arrays(tensors)
    assert [array.shape for array in found] == [(2, 3), (), (4,), (3,), (0, 2)]
    for tensor, array in zip(tensors, found, strict=True):
        assert array.dtype == np.float32
        assert np.array_equal(array, tensor.float().numpy())
    assert arrays([torch.ones(2, dtype=torch.float64) / 3])[0].dtype == np.float64
    assert arrays([torch.tensor([3 + 4j])])[0].tolist() == [5]


def test_numbers_keep_doubles():
    assert numbers([torch.tensor(1 / 3, dtype=torch.float64), torch.tensor([2])]) == [1 / 3, 2]


@given(rows=st.integers(1, 60), units=st.integers(1, 60), most=st.integers(1, 500))
def test_a_sample_is_bounded_and_sees_every_unit(rows, units, most):
    columns = torch.arange(units).repeat(rows, 1)
    seen = sample(columns, most)
    assert len(seen) <= most
    if rows * units <= most:
        assert len(seen) == rows * units
    elif len(seen) >= 2 * units:
        assert set(seen.tolist()) == set(range(units))


def test_a_sample_is_a_copy():
    whole = torch.zeros(3)
    sample(whole, 10).add_(1)
    assert whole.tolist() == [0, 0, 0]


def test_a_histogram_is_numpys_over_finite_entries():
    entries = np.array([0.0, 1.0, 2.0, np.nan, np.inf, -np.inf, 2.0], dtype=np.float32)
    counts, edges = histogram(entries, 4)
    assert counts.tolist() == [1, 0, 1, 2]
    assert edges.tolist() == [0, 0.5, 1, 1.5, 2]


@pytest.mark.parametrize("entries", [[], [np.nan], [7.0, 7.0], [-3e38, 3e38], [1.0, 1.0 + 1e-16], [1e300, 1e300]])
def test_a_histogram_of_anything_counts_what_is_finite(entries):
    counts, edges = histogram(np.array(entries), 8)
    assert counts.sum() == np.isfinite(entries).sum()
    assert np.isfinite(edges).all()
    assert len(edges) == 9
