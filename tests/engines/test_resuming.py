"""A run that was killed and taken up again is the run that never was."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loopscope import engines
from loopscope.engines import checkpoints
from loopscope.errors import StoreError, UserMistake
from loopscope.events import Event, RunStarted, StepEnded
from loopscope.experiment import validate
from loopscope.instruments import make
from loopscope.runs import Run, open_run
from loopscope.store import checkpoint_path

CHILD = Path(__file__).with_name("training_child.py")

MINI: dict[str, Any] = {"data": {"name": "moons", "samples": 90}, "model": {"hidden": [6]}}
HARD: dict[str, dict[str, Any]] = {
    "adam in small batches": {"training": {"optimizer": "adam", "batch_size": 7, "steps": 400}},
    "dropout, norm and a schedule": {
        "model": {"hidden": [6, 5], "dropout": 0.3, "norm": "batch"},
        "training": {"batch_size": 16, "steps": 400, "schedule": {"name": "cosine", "warmup": 20}},
    },
    "averaged, accumulated and momentum": {
        "training": {"optimizer": "sgd", "momentum": 0.9, "batch_size": 8, "accumulate": 3, "ema": 0.99, "steps": 300}
    },
    "early stopping": {"training": {"batch_size": 16, "steps": 3000, "early_stopping": 8, "lr": 0.02}},
    "gradients that pile up": {
        "training": {"optimizer": "sgd", "lr": 0.001, "batch_size": 16, "steps": 300},
        "faults": {"inject": ["no-zero-grad"]},
    },
    "the whole batch": {"training": {"optimizer": "lbfgs", "lr": 0.1, "batch_size": "all", "steps": 120}},
}


def child(home: Path, asked: dict[str, Any] | None, run: str, last: int) -> None:
    words = [str(home), json.dumps(asked) if asked else "", run, str(last)]
    code = subprocess.run([sys.executable, str(CHILD), *words], check=False).returncode
    assert code == -signal.SIGKILL


def with_mini(more: dict[str, Any]) -> dict[str, Any]:
    return {key: {**MINI.get(key, {}), **more.get(key, {})} for key in {*MINI, *more}}


def same_record(one: Run, other: Run) -> None:
    """Every number that both recorded, bit for bit."""
    assert (one.status, one.reason, one.steps) == (other.status, other.reason, other.steps)
    assert sorted(one.series_names()) == sorted(other.series_names())
    for name in [name for name in one.series_names() if not off_a_clock(name)]:
        mine, yours = one.series(name), other.series(name)
        np.testing.assert_array_equal(mine.steps, yours.steps, name)
        np.testing.assert_array_equal(mine.values.view(np.int64), yours.values.view(np.int64), name)
    assert sorted(one.instruments()) == sorted(other.instruments())
    for instrument in one.instruments():
        for name in one.array_names(instrument):
            mine, yours = one.frames(instrument, name), other.frames(instrument, name)
            np.testing.assert_array_equal(mine.steps, yours.steps, f"{instrument} {name}")
            for left, right in zip(mine.arrays, yours.arrays, strict=True):
                np.testing.assert_array_equal(left, right, f"{instrument} {name}")


def off_a_clock(series: str) -> bool:
    """Such a number is never twice the same."""
    return series.startswith("speed.") or series.endswith(".cost_s")


@pytest.mark.parametrize("name", HARD)
def test_interrupted_twice_and_taken_up_it_is_the_run_that_never_was(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_S", 0.02)
    monkeypatch.setattr(checkpoints, "SHARE", 1.0)
    asked = validate(with_mini(HARD[name]))
    whole = engines.train(asked, home=tmp_path / "whole")
    home = tmp_path / "interrupted"
    with pytest.raises(KeyboardInterrupt):
        engines.train(asked, home=home, on_event=interrupting_at(whole.steps // 3))
    with pytest.raises(KeyboardInterrupt):
        engines.resume("last", home=home, on_event=interrupting_at(whole.steps * 2 // 3))
    again = engines.resume("last", home=home)
    same_record(again, whole)
    first, second = again.facts["resumed"]
    assert 0 < first < whole.steps // 3 and 0 < second < whole.steps * 2 // 3


def test_killed_twice_and_taken_up_it_is_the_run_that_never_was(tmp_path: Path) -> None:
    asked = with_mini(HARD["adam in small batches"])
    whole = engines.train(validate(asked), home=tmp_path / "whole")
    home = tmp_path / "killed"
    child(home, asked, "", last=whole.steps // 3)
    assert open_run(home=home).status == "interrupted"
    child(home, None, "last", last=whole.steps * 2 // 3)
    again = engines.resume("last", home=home)
    same_record(again, whole)
    resumed = again.facts["resumed"]
    assert len(resumed) == 2 and 0 < resumed[1] <= whole.steps * 2 // 3
    assert not checkpoint_path(home, again.id).exists()


def test_without_a_checkpoint_it_begins_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_S", 1e9)
    asked = validate(with_mini({"training": {"steps": 60}}))
    whole = engines.train(asked, home=tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        engines.train(asked, home=tmp_path, on_event=interrupting_at(40))
    assert open_run(home=tmp_path).reason == "interrupted after step 40"
    again = engines.resume("last", home=tmp_path)
    same_record(again, whole)
    assert again.facts["resumed"] == [0]


def interrupting_at(step: int) -> Any:
    def hear(event: Event) -> None:
        if isinstance(event, StepEnded) and event.step == step:
            raise KeyboardInterrupt

    return hear


def test_it_tells_what_it_measures(tmp_path: Path) -> None:
    asked = validate(with_mini({"training": {"steps": 30}}))
    with pytest.raises(KeyboardInterrupt):
        engines.train(asked, home=tmp_path, instruments=make({"weights": 10}), on_event=interrupting_at(20))
    heard: list[Event] = []
    again = engines.resume("last", home=tmp_path, on_event=heard.append)
    assert isinstance(heard[0], RunStarted)
    assert heard[0].facts["instruments"] == again.facts["instruments"] == {"weights": "10"}


def test_what_cannot_be_taken_up_says_why(tmp_path: Path) -> None:
    asked = validate(with_mini({"training": {"steps": 5}}))
    done = engines.train(asked, home=tmp_path)
    with pytest.raises(UserMistake, match="finished; to train on"):
        engines.resume(done.id, home=tmp_path)
    assert open_run(home=tmp_path).status == "finished"
    with pytest.raises(UserMistake, match="nonsense"):
        engines.resume("nonsense", home=tmp_path)


def test_other_data_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    rows = [f"{i},{i * i % 7},{i % 2}" for i in range(60)]
    table.write_text("a,b,c\n" + "\n".join(rows))
    asked = validate({"data": {"name": "table", "path": str(table), "target": "c"}, "training": {"steps": 50}})
    with pytest.raises(KeyboardInterrupt):
        engines.train(asked, home=tmp_path, on_event=interrupting_at(20))
    table.write_text("a,b,c\n" + "\n".join(rows[:-1]))
    with pytest.raises(UserMistake, match="Put the old file back"):
        engines.resume("last", home=tmp_path)
    assert open_run(home=tmp_path).steps == 20


def test_a_damaged_checkpoint_says_so_and_leaves_the_record_as_it_was(tmp_path: Path) -> None:
    asked = validate(with_mini({"training": {"steps": 50}}))
    with pytest.raises(KeyboardInterrupt):
        engines.train(asked, home=tmp_path, on_event=interrupting_at(20))
    path = checkpoint_path(tmp_path, open_run(home=tmp_path).id)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"no checkpoint")
    with pytest.raises(StoreError, match="Remove it"):
        engines.resume("last", home=tmp_path)
    assert open_run(home=tmp_path).steps == 20
