"""The state of a run on disk, from which it can be taken up after a kill. Knows no record of what happened before it.

One file a run, replaced as a whole: whatever happens, an old one or a new one is there.
`torch.load(path, weights_only=True)` reads it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import torch

from ..errors import StoreError
from ..loop import LoopState
from . import snapshots
from .early_stopping import EarlyStopping
from .job import Job
from .portable import plain, snapshot_of
from .refitting import Course
from .snapshots import Snapshot

EVERY_S = 5.0
SHARE = 0.01
"""Of the time, at most, that writing checkpoints may take."""


class Checkpoints:
    """Called between two steps; now and then it writes the state that stands there, after `record` is in its file."""

    def __init__(
        self,
        path: Path,
        job: Job,
        stopping: EarlyStopping,
        record: Callable[[], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._path, self._job, self._stopping, self._record, self._clock = path, job, stopping, record, clock
        self._next = clock() + EVERY_S

    def __call__(self, state: LoopState) -> None:
        begun = self._clock()
        if begun < self._next:
            return
        self._record()  # first: a run can be cut back to its checkpoint, but not be made up to it
        write(self._path, at_rest(self._job, self._stopping, state))
        self._next = begun + max(EVERY_S, (self._clock() - begun) / SHARE)


def at_rest(job: Job, stopping: EarlyStopping, state: LoopState) -> Snapshot:
    """What stands between two steps of a run as it was asked for, in the pass of its next step."""
    epoch = state.samples_seen // len(job.batches.inputs)
    return snapshots.take(job, Course(0, job.total), stopping, state.step, epoch, state.samples_seen)


def write(path: Path, snapshot: Snapshot) -> None:
    """Put a snapshot in the place of the one before. Raises `StoreError` where that cannot be written."""
    new = path.with_suffix(".new")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with new.open("wb") as file:
            torch.save(plain(snapshot), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise StoreError(
            f"the checkpoint {path} cannot be written: {error.strerror}. Make room, or use --home."
        ) from error


def read(path: Path) -> Snapshot | None:
    """What was written last; None where nothing was. Raises `StoreError` where the file is damaged."""
    try:
        return snapshot_of(torch.load(path, weights_only=True))
    except FileNotFoundError:
        return None
    except Exception as error:  # torch.load raises a dozen unrelated kinds
        what = f"the checkpoint {path} cannot be read ({type(error).__name__})."
        raise StoreError(f"{what} Remove it, and the run begins again at step 0.") from error


def remove(path: Path) -> None:
    """The run has ended; what was there is not needed any more."""
    path.unlink(missing_ok=True)
