"""An older file is brought up to date whole, or stays as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from loopscope.errors import StoreError
from loopscope.events import RunStarted
from loopscope.store import Store, files, schema

OLD_RUN = """
INSERT INTO runs (id, name, source, started, status, versions, machine, facts, heartbeat)
VALUES ('20250101-000000-old-abcdef', 'old', 'engine', 5.0, 'finished', '{}', '{}', '{}', 6.0)
"""


@pytest.fixture
def first_schema(tmp_path: Path) -> Path:
    path = tmp_path / "runs.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        schema.migrate(database, upto=1)
        database.execute(OLD_RUN)
    return path


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return schema.version_of(database)


@pytest.mark.parametrize("create", [True, False])
def test_a_first_file_is_migrated_and_used(
    first_schema: Path, create: bool, started: Callable[..., RunStarted]
) -> None:
    store = Store.open(first_schema, create=create)
    assert version(first_schema) == schema.VERSION
    assert store.find("old").notes == ""
    store.set_notes("old", "from before")
    assert store.find("old").notes == "from before"
    store.writer(started()).close()
    assert len(store.runs()) == 2


def test_a_migration_that_fails_leaves_the_file_as_it_was(first_schema: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (schema.BASE, "ALTER TABLE runs ADD COLUMN half TEXT; CREATE TABLE runs (again TEXT)")
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    with pytest.raises(StoreError, match="already exists"):
        Store.open(first_schema)
    monkeypatch.undo()
    assert version(first_schema) == 1
    assert "half" not in str(tables(first_schema))
    assert Store.open(first_schema).find("old").name == "old"


def test_a_newer_file_is_refused_naming_both_versions(first_schema: Path) -> None:
    with closing(sqlite3.connect(first_schema)) as database:
        database.execute("PRAGMA user_version = 99")
    before = first_schema.read_bytes()
    with pytest.raises(StoreError, match=rf"has schema 99.*reads schema {schema.VERSION} and older. Upgrade loopscope"):
        Store.open(first_schema)
    assert first_schema.read_bytes() == before


def test_an_older_file_that_may_not_be_written_says_what_to_do(
    first_schema: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_writable", lambda path: False)
    with pytest.raises(
        StoreError, match=rf"has schema 1 and this loopscope reads schema {schema.VERSION}; it is read-only"
    ):
        Store.open(first_schema, create=False)
    assert version(first_schema) == 1


def test_an_old_and_a_new_file_have_the_same_tables(first_schema: Path, tmp_path: Path) -> None:
    Store.open(first_schema)
    Store.open(tmp_path / "new.db")
    assert tables(first_schema) == tables(tmp_path / "new.db")


def tables(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
