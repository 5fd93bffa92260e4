"""Which of how many processes this one is, as torchrun tells it. Joins nobody."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

LAUNCHED = "TORCHELASTIC_RUN_ID"
"""torchrun sets it and nobody else does: RANK and WORLD_SIZE alone are also left behind by other launchers."""


@dataclass(frozen=True, slots=True)
class World:
    """Process `rank` of `ranks`, counted from 0; on its own machine it is `local_rank` of `local_ranks`."""

    rank: int
    ranks: int
    local_rank: int
    local_ranks: int

    @property
    def speaks(self) -> bool:
        """Whether it is the one that records and shows."""
        return self.rank == 0


def world_here(environment: Mapping[str, str] = os.environ) -> World | None:
    """The place that torchrun has given this process; None where it was not torchrun that started it."""
    if LAUNCHED not in environment:
        return None
    names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
    return World(*(int(environment[name]) for name in names))
