"""Sums through shared memory: the same bits everywhere, and a process that is gone or silent is named."""

from __future__ import annotations

import mmap
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest
import torch
from torch import Tensor

from loopscope.engines.parallel.beside import SLOT_BYTES, Beside, room
from loopscope.engines.parallel.lost import WorkerLost

RANKS = 3
Joined = tuple[list[Beside], list[dict[int, socket.socket]]]


@pytest.fixture(params=[0.0, 1.0], ids=["asleep", "looking"])
def joined(request: pytest.FixtureRequest) -> Iterator[Joined]:
    """Three ends as three processes have them, and their sockets; they sleep while they wait, or they do not."""
    peers: list[dict[int, socket.socket]] = [{} for _ in range(RANKS)]
    for one, other in combinations(range(RANKS), 2):
        peers[one][other], peers[other][one] = socket.socketpair()
    memory = mmap.mmap(-1, room(RANKS))
    yield [Beside(rank, mine, memory, 60.0, request.param) for rank, mine in enumerate(peers)], peers
    for mine in peers:
        for each in mine.values():
            each.close()


def summed(ends: list[Beside], values: list[Tensor]) -> None:
    with ThreadPoolExecutor(len(ends)) as pool:
        list(pool.map(lambda end, mine: end.sum(mine), ends, values))


@pytest.mark.parametrize("shape", [(), (1,), (3, 5), (SLOT_BYTES // 4 * 3 + 7,)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.int64])
def test_all_have_the_same_sum_round_after_round(shape: tuple[int, ...], dtype: torch.dtype, joined: Joined) -> None:
    for seed in range(5):
        draw = torch.Generator().manual_seed(seed)
        values = [(100 * torch.randn(shape, generator=draw)).to(dtype) for _ in range(RANKS)]
        wanted = values[0] + values[1] + values[2]
        summed(joined[0], values)
        assert all(torch.equal(each, wanted) for each in values)


def test_one_that_is_gone_is_named(joined: Joined) -> None:
    ends, peers = joined
    for each in peers[2].values():
        each.close()
    with pytest.raises(WorkerLost, match="worker 2 is gone; what was recorded is kept") as lost:
        summed(ends[:2], [torch.ones(4), torch.ones(4)])
    assert lost.value.rank == 2


def test_one_that_is_silent_is_named(joined: Joined) -> None:
    ends, _ = joined
    for end in ends:
        end._patience_s = 0.05
    with pytest.raises(WorkerLost, match="worker 1 has not answered") as lost:
        summed([ends[0], ends[2]], [torch.ones(4), torch.ones(4)])
    assert lost.value.rank == 1
