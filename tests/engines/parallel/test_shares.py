"""Whose rows are whose: every row of every global batch is one process's, in the single process's order."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from loopscope.engines.parallel.shares import Share, Shares
from loopscope.loop import Batches


def whole(rows: int, size: int) -> Batches:
    inputs = torch.arange(rows)
    return Batches(inputs, inputs * 10, size, torch.Generator().manual_seed(3))


@given(rows=st.integers(1, 40), size=st.integers(1, 40), ranks=st.integers(1, 5))
def test_shares_together_are_the_single_process_s_batches(rows: int, size: int, ranks: int) -> None:
    shares = [Shares(whole(rows, size), Share(rank, ranks)) for rank in range(ranks)]
    alone, seen = whole(rows, size), 0
    for _epoch in range(2):
        for (inputs, targets), *parts in zip(alone, *shares, strict=True):
            assert torch.equal(torch.cat([part[0] for part in parts]), inputs)
            assert torch.equal(torch.cat([part[1] for part in parts]), targets)
            assert shares[0].next_rows(seen) == len(targets)
            seen += len(targets)


@given(rows=st.integers(1, 40), ranks=st.integers(1, 7))
def test_shares_differ_by_a_row_at_most_and_weigh_one_together(rows: int, ranks: int) -> None:
    shares = [Share(rank, ranks) for rank in range(ranks)]
    for share in shares:
        share.take(rows)
    counts = [share.last - share.first for share in shares]
    assert max(counts) - min(counts) <= 1 and counts[0] >= 1
    assert abs(sum(share.weight for share in shares) - 1) < 1e-12
