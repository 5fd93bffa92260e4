"""Several processes train what one does; one that is killed ends the run, which can then be taken up."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loopscope import engines
from loopscope.errors import UserMistake
from loopscope.experiment import validate
from loopscope.runs import Run, open_run

CHILD = Path(__file__).with_name("child.py")
LIMIT_S = 300
"""For one start of two processes, each of which loads torch: seconds usually, more on a busy machine."""
STEPS, KILLED_IN = 120, 80
HARD: dict[str, Any] = {
    "name": "hard",
    "data": {"name": "moons", "samples": 110},
    "model": {"hidden": [6, 5], "dropout": 0.3, "norm": "layer"},
    "training": {
        "batch_size": 16,  # 77 rows: four batches of 16, and one of 13 that no two can halve
        "accumulate": 2,
        "steps": STEPS,
        "clip_norm": 0.5,
        "l2": 0.001,
        "ema": 0.9,
        "schedule": {"name": "plateau", "patience": 3},
        "early_stopping": 1000,
    },
}


def workers(home: Path, count: int, **words: Any) -> tuple[int, str]:
    """Start so many and wait for them: the exit code, and what was said on stderr."""
    command = [sys.executable, str(CHILD), str(count), json.dumps({"home": str(home), "asked": HARD, **words})]
    surroundings = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, text=True, stderr=subprocess.PIPE, env=surroundings) as process:
        try:
            said = process.communicate(timeout=LIMIT_S)[1]
        except subprocess.TimeoutExpired:
            process.terminate()  # torchrun ends its workers with itself
            raise
    return process.returncode, said


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Records of two workers: of a run that ended by itself, and of one whose second worker was killed."""
    whole, cut = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("cut")
    assert workers(whole, 2)[0] == 0
    code, said = workers(cut, 2, killed=[1, KILLED_IN])
    assert code != 0
    assert "worker 1 was ended by SIGKILL" in said
    return whole, cut


def off_a_clock(series: str) -> bool:
    return series.startswith(("speed.", "ranks.wait_s")) or series.endswith(".cost_s")


def test_two_train_what_one_does(homes: tuple[Path, Path], tmp_path: Path) -> None:
    run, alone = open_run(home=homes[0]), engines.train(validate(HARD), home=tmp_path)
    assert (run.status, run.reason) == (alone.status, alone.reason)
    close_record(run, alone)
    assert run.facts["workers"] == 2


def test_every_worker_is_measured_and_none_departs(homes: tuple[Path, Path]) -> None:
    run = open_run(home=homes[0])
    assert not run.series("ranks.divergence").values.any()
    assert run.series("ranks.divergence").steps[-1] == STEPS
    after = [run.series(f"ranks.gradient_after.{rank}").values for rank in (0, 1)]
    before = [run.series(f"ranks.gradient_before.{rank}").values for rank in (0, 1)]
    np.testing.assert_array_equal(after[0], after[1])
    assert (np.abs(before[0] - before[1]) > 1e-6).all(), "each has rows of its own"
    assert (run.series("ranks.wait_s.1").values > 0).all()


def test_one_that_is_killed_ends_the_run_and_the_record_stays(homes: tuple[Path, Path]) -> None:
    run = open_run(home=homes[1])
    assert (run.status, run.steps) == ("failed", KILLED_IN - 1)
    assert run.reason.startswith(("WorkerLost: worker 1 is gone", "WorkerLost: another worker ended"))
    assert np.isfinite(run.series("loss").values).all() and len(run.series("loss").values) == KILLED_IN - 1


def test_the_first_that_is_killed_ends_all_and_the_record_stays(tmp_path: Path) -> None:
    code, said = workers(tmp_path, 2, killed=[0, 12])
    assert code != 0 and "worker 0 was ended by SIGKILL; what was recorded is kept, and train --resume" in said
    run = open_run(home=tmp_path)
    assert run.status != "finished" and np.isfinite(run.series("loss").values).all()


def test_where_the_launcher_is_killed_all_end_and_the_record_says_so(tmp_path: Path) -> None:
    long = {**HARD, "training": {**HARD["training"], "steps": 30_000}}
    code, _ = workers(tmp_path, 2, asked=long, killed=[-1, 12])  # it hears stderr until the last of them has ended
    run = open_run(home=tmp_path)
    assert code == -signal.SIGKILL and run.status == "failed" and 11 <= run.steps < 30_000
    assert run.reason.startswith("WorkerLost") and len(run.series("loss").values) == run.steps


def test_taken_up_by_as_many_it_is_the_run_that_never_was(homes: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(homes[1], tmp_path / "again")
    code, said = workers(tmp_path / "again", 2, run="last")
    assert code == 0, said
    again, whole = open_run(home=tmp_path / "again"), open_run(home=homes[0])
    assert again.status == "finished" and 0 < again.facts["resumed"][0] < KILLED_IN
    assert sorted(again.series_names()) == sorted(whole.series_names())
    for name in [name for name in whole.series_names() if not off_a_clock(name)]:
        np.testing.assert_array_equal(again.series(name).values, whole.series(name).values, name)
    assert not any((tmp_path / "again" / "checkpoints").iterdir())


def test_taken_up_right_before_a_step_that_is_measured_it_is_the_run_that_never_was(
    homes: tuple[Path, Path], tmp_path: Path
) -> None:
    assert workers(tmp_path, 2, killed=[1, 12], always=True)[0] != 0
    code, said = workers(tmp_path, 2, run="last")
    assert code == 0, said
    again, whole = open_run(home=tmp_path), open_run(home=homes[0])
    assert again.facts["resumed"] == [11]
    for name in [name for name in whole.series_names() if not off_a_clock(name)]:
        np.testing.assert_array_equal(again.series(name).values, whole.series(name).values, name)


def test_taken_up_by_another_number_it_differs_by_rounding(homes: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(homes[1], tmp_path / "again")
    code, said = workers(tmp_path / "again", 1, run="last")
    assert code == 0, said
    close_record(open_run(home=tmp_path / "again"), open_run(home=homes[0]))


def test_alone_it_is_not_taken_up_unawares(homes: tuple[Path, Path]) -> None:
    with pytest.raises(UserMistake, match="--workers 2"):
        engines.resume("last", home=homes[1])


def close_record(one: Run, other: Run) -> None:
    """The numbers of each step, and what was measured of the weights: equal but for rounding."""
    for name in ("loss", "penalty", "lr", "samples_seen", "epoch", "metrics.test.accuracy", "loss.test"):
        if name in one.series_names() or name in other.series_names():
            mine, yours = one.series(name), other.series(name)
            np.testing.assert_array_equal(mine.steps, yours.steps, name)
            np.testing.assert_allclose(mine.values, yours.values, rtol=1e-5, err_msg=name)
