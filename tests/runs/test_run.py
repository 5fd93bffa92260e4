"""A recorded run in the hand says what was recorded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from loopscope.errors import UserMistake
from loopscope.events import Changed, Finding, Measured, RunStarted, StepEnded
from loopscope.experiment import preset
from loopscope.runs import Run, delete_run, list_runs, open_run, summaries
from loopscope.store import Store, files


@pytest.fixture
def run(record: Callable[..., str]) -> Run:
    return open_run(record("20260101-000000-moons-aaaaaa"))


def test_it_has_what_was_asked_and_how_it_ended(run: Run, home: Path) -> None:
    assert (run.id, run.name, run.status) == ("20260101-000000-moons-aaaaaa", "moons", "finished")
    assert (run.reason, run.started, run.seconds, run.steps) == ("all steps taken", 1000.0, 2.5, 20)
    assert run.experiment == preset("moons-mlp")
    assert run.path == home / "runs.db"


def test_it_has_curves_frames_changes_and_findings(run: Run) -> None:
    assert run.series("loss").values.tolist() == [1 / step for step in range(1, 21)]
    assert len(run.series("loss", points=8)) == 8
    assert "metrics.test_accuracy" in run.series_names()
    assert run.instruments() == ["loss", "metrics", "surface"]
    assert run.array_names("surface") == ["grid"]
    assert run.frames("surface", "grid").steps.tolist() == list(range(1, 21))
    assert (run.frame("surface", 7)["grid"] == 7).all()
    assert run.changes == [Changed(3, "training.lr", 0.1, 0.2)]
    assert run.findings == [Finding("overfit", "info", 4)]
    assert sum(isinstance(event, StepEnded) for event in run.events()) == 20


def test_the_summary_has_the_last_figures_by_side(run: Run) -> None:
    assert run.summary() == {
        "run": run.id,
        "name": "moons",
        "status": "finished",
        "reason": "all steps taken",
        "steps": 20,
        "seconds": 2.5,
        "train": {"loss": 1 / 20, "accuracy": 0.9},
        "test": {"loss": 5.5, "accuracy": 0.6},
    }


def test_without_a_loss_over_all_rows_the_batchs_is_given(record: Callable[..., str]) -> None:
    summary = open_run(record("plain", measured=False, own=True)).summary()
    assert (summary["train"], summary["test"]) == ({"loss": 1 / 20}, {})


def test_a_run_without_a_step_has_no_figures(home: Path) -> None:
    with Store.open(home) as store:
        store.writer(RunStarted("empty", "empty", 0.0)).close()
    run = open_run("empty")
    assert (run.summary()["train"], run.summary()["test"], run.status) == ({}, {}, "interrupted")
    assert run.experiment is None
    assert "interrupted" in run._repr_html_()


def test_many_runs_are_summed_up_by_opening_the_file_once(
    record: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two", "three"):
        record(name, loss=float(len(name)), measured=name != "two")
    found = list_runs()
    alone = [run.summary() for run in found]
    opened: list[Path] = []
    connect = files.connect
    monkeypatch.setattr(files, "connect", lambda path, *more: opened.append(path) or connect(path, *more))
    assert summaries(found) == alone and len(opened) == 1
    assert summaries([]) == []


def test_best_is_low_for_losses_and_high_for_scores(run: Run) -> None:
    assert run.best("loss.test") == (15, 0.5)
    assert run.best("metrics.test_accuracy") == (12, 0.6)
    with pytest.raises(UserMistake, match="Did you mean"):
        run.best("loss.tset")


def test_nan_is_never_best(home: Path) -> None:
    with Store.open(home) as store, store.writer(RunStarted("gap", "gap", 0.0)) as writer:
        for step, value in enumerate([np.nan, 3.0, np.nan, 2.0]):
            writer.append(Measured(step, "log", {"error": value, "accuracy": value}))
    assert open_run("gap").best("log.error") == (3, 2.0)
    assert open_run("gap").best("log.accuracy") == (1, 3.0)


def test_it_shows_itself(home: Path, record: Callable[..., str]) -> None:
    run = open_run(record("<b>&"))
    assert repr(run) == "<Run <b>&: finished, 20 steps, 2.5 s>"
    shown = run._repr_html_()
    assert "<caption>&lt;b&gt;&amp;</caption>" in shown
    assert "<th>test accuracy</th><td>0.6</td>" in shown


def test_an_experiment_that_cannot_be_read_any_more_says_so(home: Path) -> None:
    with Store.open(home) as store:
        store.writer(RunStarted("odd", "odd", 0.0, experiment={"training": {"lrr": 0.1}})).close()
    run = open_run("odd")
    assert "odd" in repr(run)
    with pytest.raises(UserMistake, match="lrr"):
        _ = run.experiment


def test_runs_are_listed_newest_first_and_deleted(record: Callable[..., str]) -> None:
    record("first")
    record("second")
    assert [run.id for run in list_runs()] == ["second", "first"]
    assert [run.id for run in list_runs(limit=1)] == ["second"]
    assert [run.id for run in list_runs(search="fir")] == ["first"]
    assert delete_run("first") == "first"
    assert [run.id for run in list_runs()] == ["second"]


def test_where_nothing_was_recorded_nothing_is_made(home: Path) -> None:
    assert list_runs() == []
    with pytest.raises(
        UserMistake, match="no runs recorded yet in .*home; try: loopscope train moons-mlp --home .*home"
    ):
        open_run()
    assert not home.exists()


def test_importing_runs_brings_neither_torch_nor_matplotlib() -> None:
    ask = "import sys, loopscope.runs; print([name for name in ('torch', 'matplotlib') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
