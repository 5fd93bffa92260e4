"""Where the file may be and where not: each refusal is one sentence, and leaves nothing behind."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from loopscope.errors import StoreError, UserMistake
from loopscope.events import RunStarted, StepEnded
from loopscope.store import Store, database_path, files


def test_a_name_in_db_is_a_file_and_anything_else_a_folder(tmp_path: Path) -> None:
    assert database_path(tmp_path / "home") == tmp_path / "home" / "runs.db"
    assert database_path(tmp_path / "mine.db") == tmp_path / "mine.db"
    (tmp_path / "folder.db").mkdir()
    assert database_path(tmp_path / "folder.db") == tmp_path / "folder.db" / "runs.db"


def test_a_new_file_stands_alone_in_wal_mode(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "a" / "b #1?%20")
    assert [path.name for path in store.path.parent.iterdir()] == ["runs.db"]
    with closing(sqlite3.connect(store.path)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_new_home_is_its_owners_alone_and_an_old_one_stays_as_it_is(tmp_path: Path) -> None:
    Store.open(tmp_path / "deep" / "new").close()
    assert (tmp_path / "deep" / "new").stat().st_mode & 0o777 == 0o700
    (tmp_path / "old").mkdir()
    (tmp_path / "old").chmod(0o755)
    Store.open(tmp_path / "old").close()
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o755


def test_a_connection_waits_and_keeps_foreign_keys(store: Store) -> None:
    with closing(files.connect(store.path)) as database:
        assert database.execute("PRAGMA synchronous").fetchone() == (1,)
        assert database.execute("PRAGMA busy_timeout").fetchone() == (30_000,)
        assert database.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_without_create_nothing_is_made_and_nothing_is_there(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "nowhere", create=False)
    assert store.runs() == []
    for ask in (lambda: store.find("last"), lambda: store.series("last", "loss"), lambda: store.delete("last")):
        with pytest.raises(
            UserMistake, match=r"^no runs recorded yet in .*nowhere; try: loopscope train moons-mlp --home .*nowhere$"
        ):
            ask()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_record_says_the_same(store: Store) -> None:
    with pytest.raises(UserMistake, match="no runs recorded yet in"):
        store.find("last")


def test_an_empty_file_becomes_a_record(tmp_path: Path) -> None:
    (tmp_path / "runs.db").touch()
    assert Store.open(tmp_path).runs() == []
    with closing(sqlite3.connect(tmp_path / "runs.db")) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_where_files_cannot_be_linked_the_record_is_still_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(source: object, target: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    assert Store.open(tmp_path).runs() == []
    assert [path.name for path in tmp_path.iterdir()] == ["runs.db"]


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to look like one" * 20, b"x"])
def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "runs.db").write_bytes(content)
    with pytest.raises(StoreError, match=r"is not a loopscope record .*nothing in it was touched"):
        Store.open(tmp_path)
    assert (tmp_path / "runs.db").read_bytes() == content
    assert len(list(tmp_path.iterdir())) == 1


def test_somebody_elses_database_is_refused_and_kept(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "runs.db")) as database:
        database.execute("CREATE TABLE theirs (a)")
    before = (tmp_path / "runs.db").read_bytes()
    with pytest.raises(StoreError, match="is an SQLite file, but not a loopscope record"):
        Store.open(tmp_path)
    assert (tmp_path / "runs.db").read_bytes() == before


def test_a_cut_file_is_called_damaged(tmp_path: Path, store: Store) -> None:
    whole = store.path.read_bytes()
    (tmp_path / "cut.db").write_bytes(whole[:5000])
    with pytest.raises(StoreError, match="the file is damaged. Restore it"):
        Store.open(tmp_path / "cut.db").runs()


def test_a_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "home", tmp_path / "file" / "mine.db"):
        for create in (True, False):
            wanted = rf"home is '{tmp_path}/file.*'; allowed a folder. {tmp_path}/file is a file; name a folder"
            with pytest.raises(UserMistake, match=wanted):
                Store.open(home, create=create)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can get to, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


AS_NOBODY = """
import os, sys
from pathlib import Path
from loopscope.errors import LoopscopeError
from loopscope.events import RunStarted, StepEnded
from loopscope.store import Store
import loopscope.store.catalog
if os.getuid() == 0:
    os.setuid(65534)
home, create = Path(sys.argv[1]), sys.argv[2] == "create"
try:
    print([record.id for record in Store.open(home, create=create).runs()])
except LoopscopeError as error:
    print(error)
"""


def as_nobody(home: Path, how: str) -> str:
    done = subprocess.run([sys.executable, "-c", AS_NOBODY, str(home), how], capture_output=True, text=True, check=True)
    return done.stdout


def test_a_folder_that_may_not_be_written_is_refused(open_folder: Path) -> None:
    home = open_folder / "home"
    home.mkdir(mode=0o555)
    said = as_nobody(home, "create")
    assert "cannot record in" in said
    assert "the file or its folder is read-only. Set LOOPSCOPE_HOME" in said
    assert list(home.iterdir()) == []


def test_a_record_that_may_not_be_written_can_be_read(open_folder: Path, started: Callable[..., RunStarted]) -> None:
    home = open_folder / "home"
    with Store.open(home) as store, store.writer(started()):
        pass
    store.path.chmod(0o444)
    home.chmod(0o555)
    assert as_nobody(home, "read") == f"['{started().run}']\n"
    assert "the file or its folder is read-only. Set LOOPSCOPE_HOME" in as_nobody(home, "create")
    assert [path.name for path in home.iterdir()] == ["runs.db"]
    home.chmod(0o755)


def test_a_folder_that_may_not_be_made_is_refused(open_folder: Path) -> None:
    assert "permission denied. Set LOOPSCOPE_HOME" in as_nobody(open_folder / "home", "create")
    assert list(open_folder.iterdir()) == []


def test_a_full_disk_at_creation_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = files._connect

    def small(path: Path, mode: str) -> sqlite3.Connection:
        database = whole(path, mode)
        database.execute("PRAGMA max_page_count = 5")
        return database

    monkeypatch.setattr(files, "_connect", small)
    with pytest.raises(StoreError, match="the disk is full"):
        Store.open(tmp_path / "home")
    assert list((tmp_path / "home").iterdir()) == []


def test_to_open_it_again_does_not_let_go_of_its_locks(store: Store) -> None:
    """POSIX drops every lock that a process has on a file when it closes any descriptor of it, however it came by that.

    Another process would then take itself for the last one to close the file, and clear the log away under the writer.
    """
    writer = store.writer(RunStarted("20260101-000000-a-000000", "a", 0.0))
    Store.open(store.path).runs()
    code = "import sys; from loopscope.store import Store; print(len(Store.open(sys.argv[1]).runs()))"
    other = [sys.executable, "-c", code, str(store.path)]
    assert subprocess.run(other, capture_output=True, text=True, check=True).stdout == "1\n"
    assert Path(f"{store.path}-wal").exists()
    for step in range(1, 4):
        writer.append(StepEnded(step, 0, step, 0.5, 0.0, 0.1))
        writer.flush()
    assert subprocess.run(other, capture_output=True, text=True, check=True).stdout == "1\n"
    assert len(Store.open(store.path).series("a", "loss")) == 3
    writer.close()
