"""What the store hands out: a run's record, a series, frames. Never sees a database or torch."""

from __future__ import annotations

import os
import platform
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..events import Status

RunStatus: TypeAlias = Status | Literal["running", "interrupted"]

STALE_AFTER_S = 60.0
"""A writer signs every few seconds; one silent for a minute is gone, even where its number still lives in another
process or its machine cannot be asked."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One recorded run, without its curves.

    `status` is what `RunEnded` said; before that "running", or "interrupted" where the process that wrote it is gone.
    `experiment` is plain data, None for somebody's own script. `facts` was found out at the start, `end_facts` at the
    end. `heartbeat` is when the writer last signed; times are seconds since the epoch, UTC.
    """

    id: str
    name: str
    source: str
    started: float
    ended: float | None
    status: RunStatus
    reason: str
    last_step: int
    experiment: Mapping[str, Any] | None
    fingerprint: str | None
    versions: Mapping[str, str]
    machine: Mapping[str, Any]
    facts: Mapping[str, Any]
    end_facts: Mapping[str, Any]
    heartbeat: float
    notes: str = ""
    tags: tuple[str, ...] = ()

    @property
    def cut_short(self) -> bool:
        """Whether it was ended from outside: its process killed, Ctrl-C, an error; and not by what was asked."""
        return self.status == "interrupted" or bool(self.end_facts.get("cut_short"))

    @property
    def resumable(self) -> bool:
        """Whether an engine can go on with it: what a script or the lab trained it does not know how to."""
        engine = self.source == "engine" and self.experiment is not None and not self.facts.get("live")
        return engine and self.cut_short

    @property
    def seconds(self) -> float:
        """How long the run took, or has taken up to what is recorded."""
        return max(0.0, (self.heartbeat if self.ended is None else self.ended) - self.started)


@dataclass(frozen=True, slots=True)
class Series:
    """A scalar over the run: `steps` (n,) int64 and `values` (n,) float64, in the order recorded."""

    steps: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True, slots=True)
class Frames:
    """An array over the run: `steps` (n,) int64 and as many arrays, read-only, each of the shape it was recorded in."""

    steps: NDArray[np.int64]
    arrays: list[NDArray[Any]]

    def __len__(self) -> int:
        return len(self.steps)


def derived_status(status: str, pid: int | None, host: str, heartbeat: float, now: float) -> RunStatus:
    """What a stored "running" means by now: still running, or interrupted. Other words stay as they are."""
    if status != "running":
        return status  # type: ignore[return-value]
    alive = pid is not None and now - heartbeat < STALE_AFTER_S and (host != this_host() or is_alive(pid))
    return "running" if alive else "interrupted"


def this_host() -> str:
    """The name under which a writer on this machine signs."""
    return platform.node()


def is_alive(pid: int) -> bool:
    """Whether a process of this machine has that number."""
    if os.name == "nt":  # there, signal 0 would end the process; the heartbeat alone decides
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def new_run_id(name: str, now: float, rng_bytes: bytes) -> str:
    """A run's id, such as `20261123-101502-moons-mlp-3f9a1c`: sorts by time (UTC), ends in what is quick to type.

    `now` is seconds since the epoch, `rng_bytes` at least three random bytes, such as `os.urandom(3)`; three keep
    128 runs of one name within one second apart (odds of a collision 1 in 2000).
    """
    assert len(rng_bytes) >= 3, "fewer bytes would let runs of a sweep collide"
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower())[:24].strip("-") or "run"
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(now))}-{slug}-{rng_bytes[:3].hex()}"
