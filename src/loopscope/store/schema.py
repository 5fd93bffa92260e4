"""The tables of `runs.db`, and the steps from one schema to the next. Never opens a file or sees an event."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..errors import StoreError

APPLICATION_ID = 0x6C6F6F70
"""Marks the file as ours in SQLite's header (the letters "loop")."""

BASE = """
CREATE TABLE runs (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    started REAL NOT NULL,
    ended REAL,
    status TEXT NOT NULL DEFAULT 'running',
    reason TEXT NOT NULL DEFAULT '',
    last_step INTEGER NOT NULL DEFAULT 0,
    experiment TEXT,
    fingerprint TEXT,
    versions TEXT NOT NULL,
    machine TEXT NOT NULL,
    facts TEXT NOT NULL,
    end_facts TEXT NOT NULL DEFAULT '{}',
    writer_pid INTEGER,
    writer_host TEXT NOT NULL DEFAULT '',
    heartbeat REAL NOT NULL
);
CREATE INDEX runs_by_start ON runs (started);
CREATE INDEX runs_by_name ON runs (name);

CREATE TABLE tracks (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('points', 'frames')),
    instrument TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (run, kind, instrument, name)
);

CREATE TABLE chunks (
    track INTEGER NOT NULL REFERENCES tracks (key) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    count INTEGER NOT NULL,
    steps BLOB NOT NULL,
    points BLOB NOT NULL,
    PRIMARY KEY (track, number)
);

CREATE TABLE frames (
    track INTEGER NOT NULL REFERENCES tracks (key) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    dtype TEXT NOT NULL,
    shape TEXT NOT NULL,
    cells BLOB NOT NULL,
    PRIMARY KEY (track, step)
);

CREATE TABLE changes (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    field TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL
);
CREATE INDEX changes_by_run ON changes (run, step);

CREATE TABLE findings (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    cause TEXT NOT NULL,
    severity TEXT NOT NULL,
    finding TEXT NOT NULL
);
CREATE INDEX findings_by_run ON findings (run, step);
"""

NOTES_AND_TAGS = """
ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT '';
CREATE TABLE tags (
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (run, tag)
);
"""

MIGRATIONS: tuple[str, ...] = (BASE, NOTES_AND_TAGS)
"""Step n leads from schema n to schema n + 1. A step that was ever released is never edited."""

VERSION = len(MIGRATIONS)


def version_of(database: sqlite3.Connection) -> int:
    """The schema number in the file's header; 0 for a file without tables."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def application_of(database: sqlite3.Connection) -> int:
    """The application number in the file's header; 0 where nobody set one."""
    return int(database.execute("PRAGMA application_id").fetchone()[0])


def migrate(database: sqlite3.Connection, upto: int = VERSION) -> None:
    """Bring the file to schema `upto` in one transaction; afterwards it is either wholly there or as it was."""
    database.execute("BEGIN IMMEDIATE")
    try:
        for number in range(version_of(database), upto):
            for statement in statements(MIGRATIONS[number]):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {number + 1}")
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def statements(script: str) -> list[str]:
    """The single statements of a script (`executescript` would commit before it starts)."""
    return [statement.strip() for statement in script.split(";") if statement.strip()]


def refuse_strangers(database: sqlite3.Connection, path: Path) -> None:
    """Raise `StoreError` for somebody else's database, and for a schema newer than ours (naming both)."""
    if application_of(database) != APPLICATION_ID:
        raise StoreError(
            f"{path} is an SQLite file, but not a loopscope record; nothing in it was touched. "
            "Set LOOPSCOPE_HOME to another folder, or move that file away."
        )
    version = version_of(database)
    if version > VERSION:
        raise StoreError(
            f"{path} has schema {version}, written by a newer loopscope; this one reads schema {VERSION} and older. "
            "Upgrade loopscope, or set LOOPSCOPE_HOME to another folder."
        )
