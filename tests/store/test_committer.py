"""Promise 5, and what else the committing thread owes: kills, full disks, several writers, several processes."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from loopscope.errors import StoreError, UserMistake
from loopscope.events import Measured, RunEnded, RunStarted, StepEnded
from loopscope.store import Store, committer, files
from loopscope.store.committer import Committer, LockedError

CHILD = Path(__file__).with_name("recording_child.py")
LANES, KILLS_A_LANE = 5, 10
LONGEST_LIFE_S = 2.2
PROMISED_S = 1.0


@dataclass
class Killed:
    """A child that is no more: what it had said by then."""

    run: str
    at: float
    log: list[tuple[int, float, int]]

    @property
    def acknowledged(self) -> int:
        """The last step it knew to be committed."""
        return max((committed for _, _, committed in self.log), default=0)

    @property
    def promised(self) -> int:
        """The last step handed over a second before the kill; longer where the machine stood still for the child."""
        moments = [at for _, at, _ in self.log]
        stalled = max((later - earlier for earlier, later in pairwise(moments)), default=0.0)
        return max((step for step, at, _ in self.log if at <= self.at - PROMISED_S - stalled), default=0)


def kill_at_some_moment(database: Path, run: str, chance: random.Random) -> Killed:
    log = database.with_name(f"{run}.log")
    child = subprocess.Popen([sys.executable, str(CHILD), str(database), run, str(log)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    if chance.random() < 0.8:  # the others may be hit while they still open the file
        assert child.stdout.readline() == b"ready\n"
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(timeout=chance.uniform(0, LONGEST_LIFE_S))
    at = time.monotonic()
    child.kill()
    child.wait()
    child.stdout.close()
    lines = log.read_text().splitlines() if log.exists() else []
    said = [line.split() for line in lines if len(line.split()) == 3]
    return Killed(run, at, [(int(step), float(moment), int(committed)) for step, moment, committed in said])


def lane(folder: Path, number: int) -> list[tuple[Killed, int]]:
    """Kill one child after the other on one file; each with the last step that was found of it."""
    chance = random.Random(number)
    database = folder / f"lane{number}.db"
    killed = [kill_at_some_moment(database, f"run-{number}-{turn}", chance) for turn in range(KILLS_A_LANE)]
    return [(each, check(database, each)) for each in killed]


def check(database: Path, killed: Killed) -> int:
    store = Store.open(database, create=False)
    if killed.run not in [record.id for record in store.runs()]:
        assert not killed.log, "the run's row is written before the first step"
        return 0
    assert store.find(killed.run).status == "interrupted"
    if killed.run and "loss" not in store.series_names(killed.run):
        return 0
    found = {name: store.series(killed.run, name) for name in store.series_names(killed.run)}
    last = len(found["loss"])
    steps = np.arange(1, last + 1)
    assert set(found) == {"loss", "penalty", "lr", "epoch", "samples_seen", "surface.mean"}
    assert all(np.array_equal(series.steps, steps) for series in found.values())
    assert np.array_equal(found["loss"].values, 1.0 / steps)
    assert np.array_equal(found["surface.mean"].values, steps / 7)
    frames = store.frames(killed.run, "surface", "grid")
    assert frames.steps[-1] == last
    assert all((array == step).all() for step, array in zip(frames.steps, frames.arrays, strict=True))
    return last


def test_promise_5_nothing_recorded_is_lost(tmp_path: Path) -> None:
    with ThreadPoolExecutor(LANES) as lanes:
        results = [each for done in lanes.map(lambda n: lane(tmp_path, n), range(LANES)) for each in done]
    assert len(results) == 50
    for killed, last in results:
        assert last >= killed.acknowledged
        assert last >= killed.promised
    assert sum(killed.acknowledged > 0 for killed, _ in results) > 20, "most children lived to see a commit"
    assert sum(killed.promised > 0 for killed, _ in results) > 5, "some lived for longer than a second"
    for database in tmp_path.glob("*.db"):
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_interval_leaves_room_in_half_a_second() -> None:
    assert committer.INTERVAL_S < 0.5


def test_the_thread_commits_without_being_asked(
    store: Store, started: Callable[..., RunStarted], step_ended: Callable[[int], StepEnded]
) -> None:
    with store.writer(started()) as writer:
        writer.append(step_ended(1))
        waited = threading.Event()
        while writer.committed_step == 0:
            assert not waited.wait(0.01)
        assert len(store.series("last", "loss")) == 1


def test_the_end_is_committed_at_once(
    store: Store,
    started: Callable[..., RunStarted],
    step_ended: Callable[[int], StepEnded],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(committer, "INTERVAL_S", 3600.0)
    writer = store.writer(started())
    writer.append(step_ended(1))
    writer.append(RunEnded(1, "finished", "all steps taken", 1001.0))
    waited = threading.Event()
    while store.find("last").status != "finished":
        assert not waited.wait(0.01)
    writer.close()


def test_thread_and_connection_end_with_the_last_run(store: Store, started: Callable[..., RunStarted]) -> None:
    first, second = store.writer(started("run-a")), store.writer(started("run-b"))
    thread = next(each for each in threading.enumerate() if each is store._committer._thread)
    first.close()
    assert thread.is_alive()
    second.close()
    thread.join()
    assert store._committer._database is None
    assert sorted(path.name for path in store.path.parent.iterdir()) == ["runs.db"]
    with store.writer(started("run-c")) as third:
        third.append(StepEnded(1, 0, 1, 1.0, 0.0, 0.1))
    assert len(store.series("run-c", "loss")) == 1


def fill(writer_store: Store, started: RunStarted) -> tuple[int, str]:
    """Record what does not compress until it is refused; the last committed step, and why no more."""
    noise = np.random.default_rng(0)
    writer = writer_store.writer(started)
    with pytest.raises(StoreError) as refused:
        for step in range(1, 10_000):
            writer.append(StepEnded(step, 0, step, noise.random(), 0.0, 0.1))
            writer.append(Measured(step, "noise", {}, {"cells": noise.random((64, 64))}))
            if step % 16 == 0:
                writer.flush()
    for again in (lambda: writer.append(StepEnded(1, 0, 1, 1.0, 0.0, 0.1)), writer.flush, writer.close):
        with pytest.raises(StoreError, match="the disk is full"):
            again()
    writer.close()  # a second time: nothing more to say
    return writer.committed_step, str(refused.value)


def test_a_full_disk_says_so_and_keeps_what_was_committed(
    tmp_path: Path, started: Callable[..., RunStarted], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(tmp_path)
    whole = files.connect

    def small(path: Path, patience: float | None = None) -> sqlite3.Connection:
        database = whole(path, patience)
        database.execute("PRAGMA max_page_count = 200")
        return database

    monkeypatch.setattr(files, "connect", small)
    committed, said = fill(store, started())
    monkeypatch.undo()
    assert said == f"cannot record in {store.path}: " + (
        "the disk is full. What was recorded before is intact. Free some space, or set LOOPSCOPE_HOME to a folder on "
        "another disk."
    )
    assert committed >= 16
    assert store.series("last", "loss").steps.tolist() == list(range(1, committed + 1))
    with closing(sqlite3.connect(store.path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with store.writer(started("run-after")) as writer:  # there is space again
        writer.append(StepEnded(1, 0, 1, 1.0, 0.0, 0.1))
    assert len(store.series("run-after", "loss")) == 1


WITHIN_A_QUOTA = """
import resource, sys
from loopscope.errors import StoreError
from loopscope.events import RunStarted, StepEnded
from loopscope.store import Store
import random
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
writer = Store.open(sys.argv[1]).writer(RunStarted("run-quota", "quota", 0.0))
try:
    for step in range(1, 10**7):
        writer.append(StepEnded(step, 0, step, random.random(), 0.0, 0.1))
        if step % 100 == 0:
            writer.flush()
except StoreError as error:
    print(writer.committed_step, error)
"""


def test_a_drive_that_refuses_says_so_and_keeps_what_was_committed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITHIN_A_QUOTA, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    committed, said = done.stdout.split(" ", 1)
    assert "the drive refused to read or write. What was recorded before is intact." in said
    assert done.stderr == "", "what was raised is not said a second time at the end"
    series = Store.open(tmp_path, create=False).series("run-quota", "loss")
    assert series.steps.tolist() == list(range(1, int(committed) + 1))
    assert int(committed) >= 100


FOUR_AT_ONCE = """
import sys, time
from loopscope.events import RunStarted, StepEnded, RunEnded
from loopscope.store import Store
sys.stdin.readline()
with Store.open(sys.argv[1]).writer(RunStarted(sys.argv[2], sys.argv[2], time.time())) as writer:
    for step in range(1, 3001):
        writer.append(StepEnded(step, 0, step, step / 3, 0.0, 0.1))
        if step % 50 == 0:
            writer.flush()
    writer.append(RunEnded(3000, "finished", ""))
"""


def test_four_processes_write_at_once_to_a_file_that_none_had_made(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FOUR_AT_ONCE, str(tmp_path)]
    names = [f"writer-{number}" for number in range(4)]
    children = [subprocess.Popen([*command, name], stdin=subprocess.PIPE, stderr=subprocess.PIPE) for name in names]
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"go\n")
        child.stdin.flush()
    assert [child.communicate()[1] for child in children] == [b""] * 4
    store = Store.open(tmp_path, create=False)
    for name in names:
        assert store.find(name).status == "finished"
        assert np.array_equal(store.series(name, "loss").values, np.arange(1, 3001) / 3)
    assert [path.name for path in tmp_path.iterdir()] == ["runs.db"]


def test_many_writers_of_one_process_keep_their_runs_apart(store: Store, started: Callable[..., RunStarted]) -> None:
    def record(number: int) -> None:
        with store.writer(started(f"run-{number}")) as writer:
            for step in range(1, 501):
                writer.append(StepEnded(step, 0, step, step * number, 0.0, 0.1))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(record, range(8)))
    for number in range(8):
        assert np.array_equal(store.series(f"run-{number}", "loss").values, np.arange(1, 501) * number)


def test_several_threads_may_share_a_writer(store: Store, started: Callable[..., RunStarted]) -> None:
    with store.writer(started()) as writer, ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: [writer.append(Measured(s, f"t{n}", {"x": s})) for s in range(500)], range(4)))
    assert all(len(store.series("last", f"t{number}.x")) == 500 for number in range(4))


def test_a_locked_file_loses_nothing(
    store: Store,
    started: Callable[..., RunStarted],
    step_ended: Callable[[int], StepEnded],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "BUSY_TIMEOUT_S", 0.01)
    writer = store.writer(started())
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer.append(step_ended(1))
        with pytest.raises(LockedError, match="another process has kept it locked for too long. Try again"):
            writer.flush()
        writer.append(step_ended(2))
        other.execute("ROLLBACK")
    writer.close()
    assert store.series("last", "loss").steps.tolist() == [1, 2]


def test_a_fault_of_our_own_reaches_the_writer(
    store: Store,
    started: Callable[..., RunStarted],
    step_ended: Callable[[int], StepEnded],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from loopscope.store.ledger import Ledger

    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("oops")

    writer = store.writer(started())
    monkeypatch.setattr(Ledger, "write", broken)
    writer.append(step_ended(1))
    with pytest.raises(StoreError, match=r"the store failed: ZeroDivisionError\('oops'\)"):
        writer.flush()
    with closing(sqlite3.connect(store.path, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # what could not be written does not keep the file locked


def test_an_idle_run_signs_that_it_lives(tmp_path: Path, started: Callable[..., RunStarted]) -> None:
    now = [1000.0]
    store = Store.open(tmp_path, clock=lambda: now[0])
    with store.writer(started()) as writer:
        now[0] = 1003.0
        writer.flush()
        assert store.find("last").heartbeat == 1000.0, "every few seconds is enough"
        now[0] = 1006.0
        writer.flush()
        assert store.find("last").heartbeat == 1006.0


def test_a_run_cannot_be_begun_twice(store: Store, started: Callable[..., RunStarted]) -> None:
    with (
        store.writer(started()),
        pytest.raises(UserMistake, match=r"run is '20260101.*allowed an id that is not taken"),
    ):
        store.writer(started())


def test_a_committer_without_runs_has_no_thread(store: Store) -> None:
    assert Committer(store.path, time.time)._thread is None
