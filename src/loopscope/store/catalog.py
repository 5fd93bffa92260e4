"""Which runs there are: list them, find one by what a person types, annotate and delete. Never sees a curve."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import Problem, StoreError, UserMistake, listed, mistake, unknown
from .files import home_option
from .plain import from_text, sound
from .records import RunRecord, derived_status

SELECT = """
SELECT runs.*, (SELECT group_concat(tag, char(31)) FROM tags WHERE tags.run = runs.key) AS tags FROM runs
"""
NEWEST_FIRST = " ORDER BY started DESC, key DESC"
SEARCHED = ("id", "name", "status", "source", "fingerprint", "notes")
VACUUM_PAGES = 2048  # given back in one go (8 MB), so that writers waiting for the file get their turn in between


def select_runs(database: sqlite3.Connection, now: float, limit: int | None, search: str) -> list[RunRecord]:
    """Runs, newest first, that contain `search` in id, name, status, source, fingerprint, notes or a tag."""
    like = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    fields = " OR ".join(f"{field} LIKE :like ESCAPE '\\'" for field in SEARCHED)
    tagged = "key IN (SELECT run FROM tags WHERE tag LIKE :like ESCAPE '\\')"
    query = f"{SELECT} WHERE {fields} OR {tagged}{NEWEST_FIRST} LIMIT :limit"
    rows = _rows(database, query, {"like": like, "limit": -1 if limit is None else limit})
    plain = cache(from_text)  # machine and versions of many runs are the same text
    return [_record(row, now, plain) for row in rows]


def find_run(database: sqlite3.Connection, now: float, text: str, path: Path) -> RunRecord:
    """The run meant by `text`: an id, a name (the latest so called), the beginning or end of an id, last, or -1, -2 …

    Raises `UserMistake` where there is none, with the nearest known, or more than one.
    """
    row = _meant(database, text.strip())
    if row is None:
        raise _nothing_like(database, text, path)
    return _record(row, now)


def key_of(database: sqlite3.Connection, run: str) -> int:
    """The row of the run with exactly that id. Raises `UserMistake` where it has been deleted."""
    row = database.execute("SELECT key FROM runs WHERE id = ?", (run,)).fetchone()
    if row is None:
        raise mistake("run", run, "a run that is recorded", "It may have been deleted; see loopscope runs.")
    return int(row[0])


def delete_run(database: sqlite3.Connection, record: RunRecord) -> None:
    """Remove a run with everything it recorded, and give the space back to the disk.

    Raises `UserMistake` for a run that is being recorded.
    """
    if record.status == "running":
        raise mistake("run", record.id, "a run that has ended", "It is being recorded; stop it first.")
    database.execute("DELETE FROM runs WHERE id = ?", (record.id,))
    while _free_pages(database):
        before = _free_pages(database)
        database.execute(f"PRAGMA incremental_vacuum({VACUUM_PAGES})").fetchall()
        if _free_pages(database) >= before:
            break  # a file that was made without incremental vacuum
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def set_notes(database: sqlite3.Connection, run: str, text: str) -> None:
    """Replace a run's notes."""
    database.execute("UPDATE runs SET notes = ? WHERE key = ?", (sound(text), key_of(database, run)))


def set_tags(database: sqlite3.Connection, run: str, tags: Sequence[str]) -> None:
    """Replace a run's tags."""
    key = key_of(database, run)
    with database:
        database.execute("BEGIN IMMEDIATE")
        database.execute("DELETE FROM tags WHERE run = ?", (key,))
        database.executemany("INSERT OR IGNORE INTO tags (run, tag) VALUES (?, ?)", [(key, sound(tag)) for tag in tags])


class NothingRecorded(Problem):
    """There is nothing to choose from, so there is nothing allowed to name."""

    def __str__(self) -> str:
        return f"no runs recorded yet in {self.value}; try: {self.try_next}"


def nothing_recorded(path: Path) -> UserMistake:
    """What to say where there is no run at all."""
    command = f"loopscope train moons-mlp{home_option(path)}"
    return UserMistake(NothingRecorded("run", str(path.parent), "", command))


def _meant(database: sqlite3.Connection, text: str) -> sqlite3.Row | None:
    if text == "last" or (text.startswith("-") and text[1:].isdecimal() and int(text) < 0):
        offset = 0 if text == "last" else int(text[1:]) - 1
        return _first(database, f"{SELECT}{NEWEST_FIRST} LIMIT 1 OFFSET ?", offset)
    exact = _first(database, f"{SELECT} WHERE id = ?", text)
    named = _first(database, f"{SELECT} WHERE name = ?{NEWEST_FIRST} LIMIT 1", text) if text else None
    return exact or named or (_by_part(database, text) if text else None)


def _by_part(database: sqlite3.Connection, text: str) -> sqlite3.Row | None:
    query = f"{SELECT} WHERE substr(id, 1, :n) = :text OR substr(id, -:n - 1) = '-' || :text{NEWEST_FIRST}"
    rows = _rows(database, query, {"n": len(text), "text": text})
    if len(rows) > 1:
        ids = listed([row["id"] for row in rows], most=5)
        raise mistake("run", text, "what fits one run", f"It fits {len(rows)}: {ids}. Type more of the id.")
    return rows[0] if rows else None


def _nothing_like(database: sqlite3.Connection, text: str, path: Path) -> UserMistake:
    rows = _rows(database, f"SELECT id, name FROM runs{NEWEST_FIRST} LIMIT 500", {})
    if not rows:
        return nothing_recorded(path)
    known = dict.fromkeys([row["name"] for row in rows if row["name"]] + [row["id"] for row in rows])
    return unknown("run", text, known, f"See loopscope runs{home_option(path)}.")


def _record(row: sqlite3.Row, now: float, plain: Callable[[str], Any] = from_text) -> RunRecord:
    try:
        return RunRecord(
            **{field: row[field] for field in ("id", "name", "source", "started", "ended", "reason", "last_step")},
            **{field: row[field] for field in ("fingerprint", "heartbeat", "notes")},
            **{field: plain(row[field]) for field in ("versions", "machine", "facts", "end_facts")},
            status=derived_status(row["status"], row["writer_pid"], row["writer_host"], row["heartbeat"], now),
            experiment=None if row["experiment"] is None else plain(row["experiment"]),
            tags=tuple(sorted(row["tags"].split("\x1f"))) if row["tags"] else (),
        )
    except ValueError as error:
        raise StoreError(f"run {row['id']} is damaged ({error}). Restore runs.db from a backup.") from error


def _first(database: sqlite3.Connection, query: str, argument: object) -> sqlite3.Row | None:
    cursor = database.cursor()
    cursor.row_factory = sqlite3.Row  # type: ignore[assignment]
    return cursor.execute(query, (argument,)).fetchone()


def _rows(database: sqlite3.Connection, query: str, arguments: dict[str, object]) -> list[sqlite3.Row]:
    cursor = database.cursor()
    cursor.row_factory = sqlite3.Row  # type: ignore[assignment]
    return cursor.execute(query, arguments).fetchall()


def _free_pages(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA freelist_count").fetchone()[0])
