"""What SQLite's and the system's errors mean, in one sentence with a next step. Never opens a file."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ..errors import StoreError

INTACT = "What was recorded before is intact."
ELSEWHERE = "Set LOOPSCOPE_HOME to a folder that you may write to."
FULL = f"the disk is full. {INTACT} Free some space, or set LOOPSCOPE_HOME to a folder on another disk."
DAMAGED = (
    "the file is damaged. Restore it from a backup, or move it away so that a new one is begun "
    '(the sqlite3 program can save what is left: sqlite3 runs.db ".recover").'
)
READ_ONLY = f"the file or its folder is read-only. {ELSEWHERE}"

SQLITE_MEANINGS = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_CANTOPEN": f"it cannot be opened. {ELSEWHERE}",
    "SQLITE_PERM": f"permission denied. {ELSEWHERE}",
    "SQLITE_BUSY": "another process has kept it locked for too long. Try again when that process is done.",
    "SQLITE_LOCKED": "another connection has kept it locked for too long. Try again.",
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": "the file is not a loopscope record. Move it away, or set LOOPSCOPE_HOME to another folder.",
    "SQLITE_PROTOCOL": f"its drive cannot lock files, as is usual for network drives. {ELSEWHERE}",
    "SQLITE_TOOBIG": "a single array or text is larger than SQLite stores (1 GB). Record a smaller one.",
    "SQLITE_IOERR": f"the drive refused to read or write. {INTACT} Look for a full disk, a quota or a pulled plug.",
}

SYSTEM_MEANINGS = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: f"permission denied. {ELSEWHERE}",
    errno.EPERM: f"permission denied. {ELSEWHERE}",
    errno.EROFS: READ_ONLY,
    errno.ENOTDIR: f"a part of the path is a file, not a folder. {ELSEWHERE}",
    errno.EEXIST: f"there is a file where a folder is needed. {ELSEWHERE}",
    errno.EISDIR: f"there is a folder where a file is needed. {ELSEWHERE}",
    errno.ENAMETOOLONG: f"the path is too long. {ELSEWHERE}",
    errno.EFBIG: FULL,
}


class LockedError(StoreError):
    """Another process kept the file locked for longer than we wait. Nothing is lost; it can be tried again."""


@contextmanager
def explained(doing: str, path: Path) -> Generator[None, None, None]:
    """Turn what SQLite or the system raises inside into a `StoreError`: `cannot <doing> <path>: why, what next`."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise store_error(doing, path, error) from error


def store_error(doing: str, path: Path, error: sqlite3.Error | OSError) -> StoreError:
    """The sentence for one error."""
    locked = isinstance(error, sqlite3.Error) and error_name(error) == "SQLITE_BUSY"
    return (LockedError if locked else StoreError)(f"cannot {doing} {path}: {meaning(error)}")


def meaning(error: sqlite3.Error | OSError) -> str:
    """Why, and what to do next."""
    if isinstance(error, OSError):
        return SYSTEM_MEANINGS.get(error.errno or 0, f"{error.strerror or error}. {ELSEWHERE}")
    return SQLITE_MEANINGS.get(error_name(error), f"{error}.")


def error_name(error: sqlite3.Error) -> str:
    """SQLite's primary code, such as SQLITE_FULL; extended codes such as SQLITE_IOERR_WRITE are shortened."""
    name: str = getattr(error, "sqlite_errorname", "") or ""
    return "_".join(name.split("_")[:2])
