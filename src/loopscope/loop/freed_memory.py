"""Have the C library keep what tensors give back, for whoever computes the same small step again and again."""

from __future__ import annotations

import torch

KEPT_BYTES = 30 * 2**20


def keep_what_is_freed() -> None:
    """Have malloc keep memory of some megabytes when it is freed, rather than fetch it anew for each operation.

    glibc hands out so large a block as pages of their own, and gives them back when it is freed; every page of the next
    one costs a fault again: half of the time of a small model's evaluations, and three quarters of a step of 512
    networks of eight units. Once a block was freed, it takes all that are smaller from what it keeps (mallopt(3),
    M_MMAP_THRESHOLD: at most 32 MiB). This one is never written to, so that it takes no memory itself. Other allocators
    do nothing.
    """
    torch.empty(KEPT_BYTES, dtype=torch.uint8)
