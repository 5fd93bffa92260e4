"""Where `runs.db` is, how it comes to be, and how it is connected to. Never sees a run or an event."""

from __future__ import annotations

import os
import shlex
import sqlite3
from pathlib import Path
from urllib.parse import quote

from ..errors import StoreError, mistake
from .failures import ELSEWHERE, error_name, explained
from .schema import VERSION, migrate, refuse_strangers, version_of

FILE_NAME = "runs.db"
DEFAULT_HOME = ".loopscope"
SMALLEST = 512  # bytes of an SQLite page
BUSY_TIMEOUT_S = 30.0
WAL_LIMIT = 64 * 2**20  # bytes the log is cut back to after a checkpoint; a long reader may let it grow meanwhile


def database_path(place: str | os.PathLike[str]) -> Path:
    """The database file for a file or a home folder: a name that ends in .db is the file itself."""
    path = Path(place).expanduser()
    return path if path.suffix == ".db" and not path.is_dir() else path / FILE_NAME


def home_option(path: Path) -> str:
    """What makes a command look at this record: ` --home DIR`, or nothing where it looks there anyway."""
    home = _home(path)
    return "" if home == Path(DEFAULT_HOME) else f" --home {shlex.quote(str(home))}"


def prepare(path: Path, create: bool, patience: float | None = None) -> None:
    """See to it that `path` is a loopscope record of this schema, or (without `create`) is not there at all.

    An older schema is migrated. Raises `StoreError` for what is not ours, newer, damaged, or not to be written, and
    `UserMistake` where the home is a file.
    """
    with explained("open", path):
        _require_folder(path)
        if create:
            make_home(path.parent)
            _require_writable(path)
            if not exists(path):
                _create(path)
        if exists(path):
            _check(path, patience)


def checkpoint_path(home: Path, run: str) -> Path:
    """Where the state of a run that trains is kept, from which it can be taken up; it goes with the run."""
    return home / "checkpoints" / f"{run}.pt"


def shared_checkpoints_path(home: Path, run: str) -> Path:
    """The folder where several processes that train one run keep its state; it goes with the run, too."""
    return home / "checkpoints" / f"{run}.ranks"


def make_home(folder: Path) -> None:
    """Make a folder that its owner alone may look into: it will hold people's data. One that is there stays."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def connect(path: Path, patience: float | None = None) -> sqlite3.Connection:
    """A connection to an existing file for any thread, transactions begun by hand.

    It waits `patience` seconds for a file that is locked (`BUSY_TIMEOUT_S`). A file that may not be written is opened
    for reading alone.
    """
    if _writable(path):
        return _connect(path, "rw", patience)
    try:
        return _connect(path, "ro")
    except sqlite3.OperationalError:
        if exists(Path(f"{path}-wal")):
            raise
        # WAL needs a side file; in a folder where none can be made, and none is, the file itself is everything
        return _connect(path, "ro&immutable=1")


def _connect(path: Path, mode: str, patience: float | None = None) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"
    timeout = BUSY_TIMEOUT_S if patience is None else patience
    database = sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA foreign_keys = ON")
        database.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT}")
        version_of(database)  # SQLite opens lazily: fail here, not at the first question
    except sqlite3.Error:
        database.close()
        raise
    return database


def _create(path: Path) -> None:
    """Build the file aside and move it into place whole, so that nobody ever meets half of it."""
    if path.exists():  # empty, left by something else; moving ours over it could bury what a third one writes there
        _build(path)
        return
    aside = path.with_name(f".{path.name}-{os.getpid()}-{os.urandom(4).hex()}")
    try:
        _build(aside)
        _move_in(aside, path)
    finally:
        for leftover in (aside, *(Path(f"{aside}{end}") for end in ("-wal", "-shm", "-journal"))):
            leftover.unlink(missing_ok=True)


def _build(path: Path) -> None:
    database = _connect(path, "rwc")
    try:
        database.execute("PRAGMA auto_vacuum = INCREMENTAL")  # deleted runs can give their space back later
        database.execute("PRAGMA journal_mode = WAL")
        migrate(database)
    finally:
        database.close()


def _move_in(aside: Path, path: Path) -> None:
    try:
        os.link(aside, path)  # unlike a rename, refuses where another process was first
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        _build(path)


def _check(path: Path, patience: float | None) -> None:
    # asked of SQLite, never read by ourselves: POSIX drops all locks of a process on a file when it closes any
    # descriptor of it, and a writer in this process would lose its log to whoever closes the file next
    try:
        database = connect(path, patience)
    except sqlite3.DatabaseError as error:
        raise _no_database(path) if error_name(error) == "SQLITE_NOTADB" else error from None
    if path.stat().st_size < SMALLEST:  # SQLite takes what is shorter than a page for an empty file
        database.close()
        raise _no_database(path)
    try:
        refuse_strangers(database, path)
        if version_of(database) < VERSION:
            _require_migratable(path, version_of(database))
            migrate(database)
    finally:
        database.close()


def _no_database(path: Path) -> StoreError:
    return StoreError(
        f"{path} is not a loopscope record (nor an SQLite file); nothing in it was touched. "
        "Move it away, or set LOOPSCOPE_HOME to another folder."
    )


def _home(path: Path) -> Path:
    return path.parent if path.name == FILE_NAME else path


def _require_folder(path: Path) -> None:
    standing = next((folder for folder in path.parents if folder.exists()), None)
    if standing is not None and not standing.is_dir():
        next_step = f"{standing} is a file; name a folder with --home or LOOPSCOPE_HOME."
        raise mistake("home", str(_home(path)), "a folder", next_step)


def _require_writable(path: Path) -> None:
    if (path.exists() and not _writable(path)) or not os.access(path.parent, os.W_OK | os.X_OK):
        raise StoreError(f"cannot record in {path}: the file or its folder is read-only. {ELSEWHERE}")


def _require_migratable(path: Path, version: int) -> None:
    if not _writable(path):
        raise StoreError(
            f"{path} has schema {version} and this loopscope reads schema {VERSION}; it is read-only, so it cannot be "
            "brought up to date. Copy it to a folder that you may write to, and set LOOPSCOPE_HOME to that folder."
        )


def exists(path: Path) -> bool:
    """Whether there is a file with anything in it."""
    return path.exists() and path.stat().st_size > 0


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK)
