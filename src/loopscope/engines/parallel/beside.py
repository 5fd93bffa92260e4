"""Sums over processes of one machine, through memory that they share. Knows no gradient, and no other machine.

Gloo sends the same numbers through the machine's network and several threads: 1.4 to 1.8 ms for the gradients of 34,000
weights between two processes where this takes 0.05, and its threads take the cores from what is computed.
"""

from __future__ import annotations

import mmap
import os
import shutil
import socket
import struct
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .lost import WorkerLost, sentence
from .world import World

SLOT_BYTES = 2**18
"""What a process shows the others at a time: a piece that stays in the cache while all of them read it."""

WROTE = b"."


class Beside:
    """Processes that see each other's numbers, and tell each other by a byte when there are new ones.

    Each has two slots, used in turns: whoever writes into one again has heard that all others have written into their
    other one, which they do only once they have read this.
    """

    def __init__(self, rank: int, peers: Mapping[int, socket.socket], memory: mmap.mmap) -> None:
        self._rank, self._peers, self._turn = rank, dict(sorted(peers.items())), 0
        self._slots = torch.frombuffer(memory, dtype=torch.uint8).view(2, len(peers) + 1, SLOT_BYTES)

    def sum(self, values: Tensor) -> None:
        """Put the sum over all processes into `values` (contiguous), in one order and so with the same bits on each.

        Raises `WorkerLost`, which names the process, where one has ended or does not answer in time.
        """
        for piece in values.view(-1).split(SLOT_BYTES // values.element_size()):
            self._sum(piece)

    def _sum(self, piece: Tensor) -> None:
        self._turn = 1 - self._turn
        slots = self._slots[self._turn].view(piece.dtype)[:, : len(piece)]  # (processes, entries)
        slots[self._rank].copy_(piece)
        self._wait_for_all()
        torch.add(slots[0], slots[1], out=piece)
        for slot in slots[2:]:
            piece.add_(slot)

    def _wait_for_all(self) -> None:
        at = self._rank
        try:
            for rank, peer in self._peers.items():
                at = rank
                peer.send(WROTE)
            for rank, peer in self._peers.items():
                at = rank
                if not peer.recv(1):
                    raise ConnectionResetError
        except BlockingIOError as error:  # what a receive with a time limit raises
            raise WorkerLost(sentence(f"worker {at} has not answered"), at) from error
        except OSError as error:
            raise WorkerLost(sentence(f"worker {at} is gone"), at) from error


def beside(world: World, told: Callable[[Any], Any], patience_s: float) -> Beside | None:
    """A way to sum between all processes, where they are on one machine that has one; None elsewhere.

    `told` gives everybody what the first process hands it. All call this.
    """
    if not 1 < world.ranks == world.local_ranks or not hasattr(os, "memfd_create"):
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
        for peer in peers.values():
            _limit(peer, patience_s)
        return Beside(world.rank, peers, memory)


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
    size = 2 * world.ranks * SLOT_BYTES
    if world.speaks:
        file = os.memfd_create("loopscope")
        os.truncate(file, size)
        for peer in peers.values():
            socket.send_fds(peer, [WROTE], [file])
    else:
        file = socket.recv_fds(peers[0], 1, 1)[1][0]
    memory = mmap.mmap(file, size)
    os.close(file)
    return memory


def _limit(peer: socket.socket, seconds: float) -> None:
    """The kernel's own limit: Python's would ask before each receive whether there is anything."""
    whole, part = divmod(seconds, 1)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", int(whole), int(part * 1e6)))
