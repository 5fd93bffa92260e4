"""Sums over processes of one machine, through memory that they share. Knows no gradient, and no other machine.

Gloo sends the same numbers through the machine's network and several threads: 1.4 to 1.8 ms for the gradients of 34,000
weights between two processes where this takes 0.05, and its threads take the cores from what is computed.
"""

from __future__ import annotations

import mmap
import os
import platform
import shutil
import socket
import struct
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .lost import WorkerLost, sentence
from .world import World

SLOT_BYTES = 2**18
"""What a process shows the others at a time: a piece that stays in the cache while all of them read it."""

LINE_BYTES = 64
"""Between two counters, so that a processor that waits for one does not slow down whoever writes another."""
LOOKS_S = 0.0005
"""How long a process looks again and again before it sleeps: to be woken costs 0.1 to 0.2 ms, and the waker as much."""
DOZE_S = 0.005
"""How long it sleeps before it looks by itself: a call may come to nothing where two look past each other."""

IN_ORDER = ("x86_64", "AMD64")
"""Processors on which others see what one writes in the order in which it is written: numbers first, then the count."""

CALL = b"."


class Beside:
    """Processes that see each other's numbers, and count aloud how often they have written; who sleeps is called.

    Each has two slots, used in turns: whoever writes into one again has seen that all others have written into their
    other one, which they do only once they have read this.
    """

    def __init__(
        self,
        rank: int,
        peers: Mapping[int, socket.socket],
        memory: mmap.mmap,
        patience_s: float,
        looks_s: float = LOOKS_S,
    ) -> None:
        ranks, counters = len(peers) + 1, LINE_BYTES // 8
        self._rank, self._peers, self._turn = rank, dict(sorted(peers.items())), 0
        self._patience_s, self._looks_s = patience_s, looks_s
        numbers = torch.frombuffer(memory, dtype=torch.uint8, count=2 * ranks * SLOT_BYTES)
        self._slots = numbers.view(2, ranks, SLOT_BYTES)
        lines = memoryview(memory)[2 * ranks * SLOT_BYTES :].cast("q")
        self._wrote, self._sleeps = lines[: ranks * counters : counters], lines[ranks * counters :: counters]
        for peer in peers.values():
            peer.settimeout(DOZE_S)

    def sum(self, values: Tensor) -> None:
        """Put the sum over all processes into `values` (contiguous), in one order and so with the same bits on each.

        Raises `WorkerLost`, which names the process, where one has ended or does not answer in time.
        """
        for piece in values.view(-1).split(SLOT_BYTES // values.element_size()):
            self._sum(piece)

    def _sum(self, piece: Tensor) -> None:
        self._turn += 1
        slots = self._slots[self._turn % 2].view(piece.dtype)[:, : len(piece)]  # (processes, entries)
        slots[self._rank].copy_(piece)
        self._say()
        for rank in self._peers:
            if self._wrote[rank] < self._turn:
                self._wait_for(rank)
        torch.add(slots[0], slots[1], out=piece)
        for slot in slots[2:]:
            piece.add_(slot)

    def _say(self) -> None:
        self._wrote[self._rank] = self._turn
        for rank, peer in self._peers.items():
            if self._sleeps[rank]:
                with suppress(OSError):  # one that is gone is missed where its numbers are
                    peer.send(CALL)

    def _wait_for(self, rank: int) -> None:
        began = time.perf_counter()
        while self._wrote[rank] < self._turn:
            waited = time.perf_counter() - began
            if waited > self._patience_s:
                raise WorkerLost(sentence(f"worker {rank} has not answered"), rank)
            if waited < self._looks_s:
                os.sched_yield()
            elif self._sleep(rank) and self._wrote[rank] < self._turn:
                raise WorkerLost(sentence(f"worker {rank} is gone"), rank)

    def _sleep(self, rank: int) -> bool:
        """Until that process calls, or for a while; whether it is gone."""
        self._sleeps[self._rank] = 1
        try:
            return self._wrote[rank] < self._turn and not self._peers[rank].recv(LINE_BYTES)
        except TimeoutError:
            return False
        except OSError:
            return True
        finally:
            self._sleeps[self._rank] = 0


def room(ranks: int) -> int:
    """Bytes of memory that so many processes share."""
    return 2 * ranks * (SLOT_BYTES + LINE_BYTES)


def beside(world: World, told: Callable[[Any], Any], patience_s: float) -> Beside | None:
    """A way to sum between all processes, where they are on one machine that has one; None elsewhere.

    `told` gives everybody what the first process hands it. All call this.
    """
    alike = hasattr(os, "memfd_create") and platform.machine() in IN_ORDER
    if not alike or not 1 < world.ranks == world.local_ranks:
        return None
    with _folder(world, told) as folder:
        listening = _listening(folder / str(world.rank), world.ranks)
        told(None)  # all listen by now
        peers = {rank: _calling(folder / str(rank), world.rank) for rank in range(world.rank)}
        while len(peers) < world.ranks - 1:
            peer, _ = listening.accept()
            peers[struct.unpack("<I", peer.recv(4))[0]] = peer
        listening.close()
        memory = _memory(world, peers)
        return Beside(world.rank, peers, memory, patience_s)


@contextmanager
def _folder(world: World, told: Callable[[Any], Any]) -> Iterator[Path]:
    """One that only this person can enter, until all have met."""
    folder = Path(told(tempfile.mkdtemp(prefix="loopscope-") if world.speaks else None))
    try:
        yield folder
        told(None)  # all have met by now
    finally:
        if world.speaks:
            shutil.rmtree(folder, ignore_errors=True)


def _listening(path: Path, ranks: int) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen(ranks)
    return listening


def _calling(path: Path, rank: int) -> socket.socket:
    peer = socket.socket(socket.AF_UNIX)
    peer.connect(str(path))
    peer.send(struct.pack("<I", rank))
    return peer


def _memory(world: World, peers: Mapping[int, socket.socket]) -> mmap.mmap:
    """Memory without a name, which the first process makes and hands to the others: it goes with the last of them."""
    size = room(world.ranks)
    if world.speaks:
        file = os.memfd_create("loopscope")
        os.truncate(file, size)
        for peer in peers.values():
            socket.send_fds(peer, [CALL], [file])
    else:
        file = socket.recv_fds(peers[0], 1, 1)[1][0]
    memory = mmap.mmap(file, size)
    os.close(file)
    return memory
