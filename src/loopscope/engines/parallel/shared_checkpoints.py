"""The state of a run of several processes on disk, by torch.distributed.checkpoint. Knows no record of what happened.

A folder a checkpoint, `home/checkpoints/RUN.ranks/step-120`, into which every process writes a part; its `.metadata`
comes last, so that a folder without it is none. What is written is the one state that all processes have, so any
number of them can go on with it.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch.distributed import checkpoint as distributed
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.format_utils import dcp_to_torch_save

from ...errors import StoreError
from ...loop import LoopState
from .. import checkpoints
from ..early_stopping import EarlyStopping
from ..portable import plain, snapshot_of
from ..snapshots import Snapshot
from .job import SharedJob
from .mean import GlobalMean
from .taken_apart import apart, together

WHOLE = ".metadata"


class SharedCheckpoints:
    """Called between two steps by every process; when the first one asked for it, all write what stands there."""

    def __init__(
        self,
        folder: Path,
        job: SharedJob,
        stopping: EarlyStopping,
        record: Callable[[], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        assert isinstance(job.criterion, GlobalMean)
        self._folder, self._job, self._stopping, self._record, self._clock = folder, job, stopping, record, clock
        self._mean: GlobalMean = job.criterion
        self._next = clock() + checkpoints.EVERY_S

    def __call__(self, state: LoopState) -> None:
        begun = self._clock()
        if self._mean.agreed:
            self._write(state)
            self._next = begun + max(checkpoints.EVERY_S, (self._clock() - begun) / checkpoints.SHARE)
        self._mean.asked = self._job.group.world.speaks and self._clock() >= self._next

    def _write(self, state: LoopState) -> None:
        self._record()  # first: a run can be cut back to its checkpoint, but not be made up to it
        snapshot = checkpoints.at_rest(self._job, self._stopping, state)
        write(self._folder, snapshot, self._job.group.world.speaks)


def write(folder: Path, snapshot: Snapshot, speaks: bool) -> None:
    """Write a checkpoint together, and drop the ones before it. Raises `StoreError` where it cannot be written."""
    place = folder / f"step-{snapshot.step}"
    try:
        if speaks:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        distributed.state_dict_saver.save({**apart(plain(snapshot))}, checkpoint_id=place)
        if speaks:
            _drop_all_but(folder, place)
    except OSError as error:
        raise _unwritten(place, error) from error
    except CheckpointException as error:  # no Exception to Python, so that nobody else would note it
        failures = [failure for failure, _ in error.failures.values()]
        of_the_disk = next((failure for failure in failures if isinstance(failure, OSError)), None)
        raise (_unwritten(place, of_the_disk) if of_the_disk else RuntimeError(str(failures))) from error


def _unwritten(place: Path, error: OSError) -> StoreError:
    return StoreError(f"the checkpoint {place} cannot be written: {error.strerror}. Make room, or use --home.")


def read(folder: Path, device: torch.device) -> Snapshot | None:
    """The last whole checkpoint, for a process on `device`; None without one. Raises `StoreError` for a damaged one."""
    whole = [place for place in folder.glob("step-*") if (place / WHOLE).exists()]
    if not whole:
        return None
    last = max(whole, key=_step_of)
    try:
        with tempfile.TemporaryDirectory() as room:
            joined = Path(room) / "joined.pt"
            dcp_to_torch_save(last, joined)
            return snapshot_of(together(torch.load(joined, weights_only=True), device))
    except Exception as error:  # torch raises a dozen unrelated kinds
        what = f"the checkpoint {last} cannot be read ({type(error).__name__})."
        raise StoreError(f"{what} Remove it, and the run goes on from an earlier one, or from step 0.") from error


def remove(folder: Path) -> None:
    """The run has ended; what was there is not needed any more."""
    shutil.rmtree(folder, ignore_errors=True)


def _drop_all_but(folder: Path, kept: Path) -> None:
    for place in folder.glob("step-*"):
        if place != kept:
            shutil.rmtree(place, ignore_errors=True)


def _step_of(place: Path) -> int:
    return int(place.name.partition("-")[2])
