"""Runs are listed newest first and found by what a person types."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import numpy as np
import pytest

from loopscope.errors import StoreError, UserMistake
from loopscope.events import Changed, Finding, Found, Measured, RunEnded, RunStarted
from loopscope.store import Store

IDS = ["20260101-000000-moons-aaaaaa", "20260102-000000-moons-abbbbb", "20260103-000000-xor-cccccc"]


@pytest.fixture
def three(store: Store, started: Callable[..., RunStarted]) -> Store:
    for at, run in enumerate(IDS):
        with store.writer(started(run, run.split("-")[2], at=float(at))) as writer:
            writer.append(RunEnded(at, "finished" if at else "diverged", f"reason {at}", ended=at + 2.0))
    return store


def test_newest_first_and_so_many(three: Store) -> None:
    assert [record.id for record in three.runs()] == IDS[::-1]
    assert [record.id for record in three.runs(limit=2)] == IDS[:0:-1]
    assert three.runs(limit=0) == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("xor", [2]),
        ("MOONS", [1, 0]),
        ("diverged", [0]),
        ("my note", [1]),
        ("paper", [2]),
        ("100%", []),
        ("_", []),
        ("a\\b", []),
    ],
)
def test_search(three: Store, search: str, found: list[int]) -> None:
    three.set_notes(IDS[1], "this is my note")
    three.set_tags(IDS[2], ["paper", "draft"])
    assert [record.id for record in three.runs(search=search)] == [IDS[number] for number in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (IDS[0], 0), ("20260102", 1), ("cccccc", 2), ("xor-cccccc", 2), ("moons", 1), ("xor", 2), (" xor ", 2),
        ("last", 2), ("-1", 2), ("-3", 0),
    ],
)  # fmt: skip
def test_find(three: Store, text: str, found: int) -> None:
    assert three.find(text).id == IDS[found]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "2026",
            f"run is '2026'; allowed what fits one run. It fits 3: {IDS[2]}, {IDS[1]}, {IDS[0]}. Type more of the id.",
        ),
        ("mons", 'Did you mean "moons"?'),
        ("bbbbb", "run is 'bbbbb'; allowed 20260101"),
        ("-4", "run is '-4'"),
        ("-0", "run is '-0'"),
        ("", "run is ''"),
        ("%", "run is '%'"),
    ],
)
def test_what_is_not_found_says_what_there_is(three: Store, text: str, said: str) -> None:
    with pytest.raises(UserMistake) as mistake:
        three.find(text)
    assert said in str(mistake.value)


def test_a_record_says_everything(store: Store, started: Callable[..., RunStarted]) -> None:
    facts = {"rows": 140, "classes": ["a", "b"], "loss": float("inf"), "shape": (2, 3)}
    begun = started(
        source="watch", experiment={"training": {"lr": 0.1}}, versions={"torch": "2"}, machine={"cpu": 2}, facts=facts
    )
    with store.writer(begun) as writer:
        writer.append(RunEnded(5, "diverged", "loss is nan", 1003.5, {"layer": "0.weight"}))
    record = store.find("last")
    assert (record.id, record.name, record.source, record.started) == (begun.run, begun.name, "watch", 1000.0)
    assert (record.status, record.reason, record.ended, record.last_step) == ("diverged", "loss is nan", 1003.5, 5)
    assert (record.experiment, record.versions, record.machine) == (begun.experiment, begun.versions, begun.machine)
    assert record.facts == {**facts, "shape": [2, 3]}
    assert record.end_facts == {"layer": "0.weight"}
    assert record.seconds == 3.5


def test_notes_and_tags_are_replaced(three: Store) -> None:
    three.set_notes("xor", "one")
    three.set_notes("xor", "two")
    three.set_tags("xor", ["b", "a", "a"])
    assert (three.find("xor").notes, three.find("xor").tags) == ("two", ("a", "b"))
    three.set_tags("xor", [])
    assert three.find("xor").tags == ()


def test_delete_takes_everything_and_gives_the_space_back(three: Store, started: Callable[..., RunStarted]) -> None:
    before = three.path.stat().st_size
    noise = np.random.default_rng(0)
    with three.writer(started("big")) as writer:
        for step in range(1, 200):
            writer.append(Measured(step, "noise", {"x": noise.random()}, {"cells": noise.random((64, 64))}))
        writer.append(Changed(3, "training.lr", 0.1, 0.2))
        writer.append(Found(3, Finding("dead-relu", "warning", 3)))
    assert three.path.stat().st_size > before + 2_000_000
    three.set_tags("big", ["a"])
    three.delete("big")
    assert three.path.stat().st_size < before + 100_000
    assert [record.id for record in three.runs()] == IDS[::-1]
    with closing(sqlite3.connect(three.path)) as database:
        for table in ("tracks", "chunks", "frames", "changes", "findings", "tags"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_run_that_is_being_recorded_is_not_deleted(store: Store, started: Callable[..., RunStarted]) -> None:
    with store.writer(started()), pytest.raises(UserMistake, match=r"allowed a run that has ended. .*stop it first"):
        store.delete("last")
    store.delete("last")
    assert store.runs() == []


def test_a_record_of_a_deleted_run_says_so(three: Store) -> None:
    record = three.find("xor")
    three.delete("xor")
    with pytest.raises(UserMistake, match=r"allowed a run that is recorded\. It may have been deleted"):
        three.series_names(record)


def test_a_damaged_row_is_named(three: Store) -> None:
    with closing(sqlite3.connect(three.path, isolation_level=None)) as database:
        database.execute("UPDATE runs SET facts = '{' WHERE id = ?", (IDS[0],))
    with pytest.raises(StoreError, match=f"run {IDS[0]} is damaged"):
        three.runs()


def test_what_is_suggested_names_the_home_that_was_asked(three: Store) -> None:
    with pytest.raises(UserMistake, match=f"See loopscope runs --home {three.path.parent}"):
        three.find("nowhere")
