"""A whole sweep: its rows are the serial engine's ends, and a kill repeats nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pytest

import loopscope
from loopscope import engines, sweeps
from loopscope.errors import StoreError, UserMistake
from loopscope.events import Measured, RunEnded
from loopscope.experiment import load, with_settings
from loopscope.instruments import make
from loopscope.sweeps import Task, Where, place, trained
from loopscope.sweeps.book import Row

CHILD = Path(__file__).with_name("sweeping_child.py")
BASE = with_settings(load("moons-mlp"), ["training.steps=40", "data.samples=80", "model.hidden=4"])
OVER = ["model.activation=relu,tanh,sigmoid", "training.lr=0.01,0.1"]


def test_rows_say_what_the_serial_engine_says(tmp_path: Path) -> None:
    asked = sweeps.plan(BASE, OVER, seeds=2)
    done = sweeps.carried_out(asked, sweeps.begun(asked, tmp_path))
    assert len(done.runs) == 12 and done.by == "test_loss"
    for run in (0, 5, 11):
        mine = done.runs[done.runs["run"] == run].iloc[0]
        events = list(engines.run(asked.experiment_of(run), make(["loss", "metrics"])))
        ended = events[-1]
        assert isinstance(ended, RunEnded) and mine["status"] == ended.status and mine["steps"] == 40
        last = {each.instrument: each.values for each in events if isinstance(each, Measured)}
        assert mine["test_loss"] == pytest.approx(last["loss"]["test"], rel=1e-4)
        assert mine["test_accuracy"] == last["metrics"]["test_accuracy"]
        assert mine["model.activation"] == asked.points[run // 2]["model.activation"]


def test_killed_in_the_middle_it_repeats_no_run_that_was_finished(tmp_path: Path) -> None:
    asked = sweeps.plan(BASE, OVER, seeds=2)
    whole = sweeps.carried_out(asked, sweeps.begun(asked, tmp_path / "whole"))
    words = [str(tmp_path), json.dumps(asked.plain()), "4"]
    assert subprocess.run([sys.executable, str(CHILD), *words], check=False).returncode == -signal.SIGKILL
    book = sweeps.found("last", tmp_path)
    finished = book.rows()
    assert 4 <= len(finished) < 12
    with (book.folder / "runs.jsonl").open("ab") as file:
        file.write(b'{"run": 11, "rung": 0, "sta')  # as a kill in the midst of writing would leave it
    trained_anew: list[int] = []

    def train(tasks: Sequence[Task], heard: object) -> Iterator[tuple[Task, list[Row]]]:
        for task in tasks:
            trained_anew.extend(task.runs)
            yield task, trained(task)

    again = sweeps.carried_out(book.plan(), book, where=Where(train))
    assert sorted([*trained_anew, *(row["run"] for row in finished)]) == list(range(12))
    pd.testing.assert_frame_equal(again.runs, whole.runs, rtol=1e-4)
    assert [row["run"] for row in book.rows()] == [row["run"] for row in finished] + trained_anew


def test_processes_side_by_side_give_the_same(tmp_path: Path) -> None:
    asked = sweeps.plan(BASE, ["model.activation=relu,tanh"], seeds=2)
    alone = sweeps.carried_out(asked, sweeps.begun(asked, tmp_path / "alone"))
    both = sweeps.carried_out(asked, sweeps.begun(asked, tmp_path / "both"), where=place("local", 2))
    pd.testing.assert_frame_equal(alone.runs, both.runs, rtol=1e-4)


def test_halving_trains_fewer_and_longer(tmp_path: Path) -> None:
    rates = ",".join(f"{0.001 * 2**i:g}" for i in range(9))
    asked = sweeps.plan(BASE, [f"training.lr={rates}"], seeds=2, search="halving")
    done = sweeps.carried_out(asked, sweeps.begun(asked, tmp_path))
    assert done.runs.groupby("rung").size().tolist() == [18, 6]
    assert done.runs[done.runs["rung"] == 1]["steps"].unique().tolist() == [40]
    assert done.runs[done.runs["rung"] == 0]["steps"].unique().tolist() == [13]
    assert set(done.runs[done.runs["rung"] == 1]["point"]) >= {done.table.iloc[0]["point"]}


def test_diverged_runs_are_counted_and_ranked_last(tmp_path: Path) -> None:
    base = with_settings(load("line"), ["training.steps=30"])
    asked = sweeps.plan(base, ["training.lr=0.1,1e9"], seeds=2)
    done = sweeps.carried_out(asked, sweeps.begun(asked, tmp_path))
    assert done.table["diverged"].tolist() == [0, 2]
    assert done.runs["status"].tolist() == ["finished"] * 2 + ["diverged"] * 2


def test_from_python_it_is_one_frame(tmp_path: Path) -> None:
    found = loopscope.sweep(BASE, {"training.lr": [0.01, 0.1]}, seeds=2, home=tmp_path)
    assert len(found) == 4 and found.attrs["sweep"] and found.attrs["verdict"]
    assert sweeps.found(found.attrs["sweep"], tmp_path).plan().runs == 4


@pytest.mark.parametrize(
    "over", [["training.lr=0.01,0.1"], OVER, ["training.lr=0.01,0.1", "training.l2=0,0.1", OVER[0]]]
)
def test_every_sweep_has_its_figure(over: list[str], tmp_path: Path) -> None:
    asked = sweeps.plan(BASE, over, seeds=1)
    done = sweeps.carried_out(asked, sweeps.begun(asked, tmp_path))
    assert done.plot().png()[:4] == b"\x89PNG"


def test_what_is_no_sweep_and_what_is_damaged_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match="nobody"):
        sweeps.found("nobody", tmp_path)
    asked = sweeps.plan(BASE, ["training.lr=0.1"])
    book = sweeps.begun(asked, tmp_path)
    (book.folder / "plan.json").write_text("{")
    with pytest.raises(StoreError, match="cannot be read"):
        book.plan()
