"""The record on disk: runs, series, frames, findings. Never sees torch, and nothing is opened by importing it."""

from .chunks import CHUNK
from .failures import LockedError
from .files import FILE_NAME, checkpoint_path, database_path, make_home, shared_checkpoints_path
from .records import Frames, RunRecord, RunStatus, Series, new_run_id
from .store import Store
from .thinning import PER_OCTAVE, keeps
from .writer import RunWriter

__all__ = [
    "CHUNK",
    "FILE_NAME",
    "PER_OCTAVE",
    "Frames",
    "LockedError",
    "RunRecord",
    "RunStatus",
    "RunWriter",
    "Series",
    "Store",
    "checkpoint_path",
    "database_path",
    "keeps",
    "make_home",
    "new_run_id",
    "shared_checkpoints_path",
]
