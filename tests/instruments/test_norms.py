"""Norms and numbers against NumPy, over types, layouts and sizes."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from loopscope.instruments.norms import norms, total


def plainly(tensor):
    entries = tensor.to_dense().to(torch.complex128 if tensor.is_complex() else torch.float64).numpy()
    return float(np.sqrt((np.abs(entries) ** 2).sum()))


@pytest.mark.parametrize("kinds", [["float32"], ["float64"], ["bfloat16"], ["float16", "float32"], ["complex64"]])
def test_norms_of_each_type(kinds):
    tensors = [torch.randn(3, 4, dtype=getattr(torch, kind)) for kind in kinds] + [torch.ones(())]
    assert norms(tensors) == pytest.approx([plainly(tensor) for tensor in tensors], rel=1e-5)
    assert norms(tensors[:1]) == pytest.approx([plainly(tensors[0])], rel=1e-5)


def test_halves_do_not_overflow():
    assert norms([torch.full((100,), 60000.0, dtype=torch.float16)]) == pytest.approx([600_000], rel=1e-3)


@pytest.mark.filterwarnings("ignore:Sparse")
def test_sparse_entries_that_meet_are_summed_first():
    sparse = torch.sparse_coo_tensor([[0, 0, 2]], [3.0, 1.0, 3.0], (4,))
    assert norms([sparse, torch.zeros(2)]) == [5, 0]
    assert norms([sparse.coalesce().to_sparse_csr() if sparse.ndim == 2 else sparse.coalesce()]) == [5]
    assert norms([torch.eye(2).to_sparse_csr()]) == pytest.approx([math.sqrt(2)])


def test_nan_empty_and_nothing():
    assert math.isnan(norms([torch.tensor([1.0, math.nan])])[0])
    assert norms([torch.zeros(0), torch.tensor([math.inf])]) == [0, math.inf]
    assert norms([]) == []


def test_the_whole_from_its_parts_is_torchs_own_total():
    parts = [torch.randn(5), torch.randn(2, 2)]
    assert total(norms(parts)) == pytest.approx(torch.nn.utils.get_total_norm(parts).item())
    assert math.isnan(total([1.0, math.nan]))
    assert total([1e200, 1e200]) == math.inf
