"""Every example runs as its first lines say, and leaves a record."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from loopscope.runs import list_runs

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPTS = ("plain_loop", "trainer_class", "lbfgs", "gradient_accumulation", "two_optimizers", "watch_with_context")
WATCH = "import sys; from loopscope.recorder import run_script; sys.exit(run_script(sys.argv[1], [], quiet=True))"


@pytest.mark.parametrize("name", SCRIPTS)
def test_example(name: str, tmp_path: Path) -> None:
    script = EXAMPLES / f"{name}.py"
    command = [sys.executable, *(("-c", WATCH) if name != "watch_with_context" else ()), str(script)]
    environment = {**os.environ, "LOOPSCOPE_HOME": str(tmp_path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    [run] = list_runs(tmp_path)
    losses = run.series("loss").values
    assert run.status == "finished" and len(losses) == run.steps
    assert losses[-5:].mean() < losses[0]
