"""The processes that a server starts take their modules from where they are installed, and from nowhere else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from loopscope.engines.parallel.launching import PROGRAM
from loopscope.server.settings import ERRANDS, TILING, WORKER

COMMANDS = {"worker": WORKER, "errands": ERRANDS, "tiling": TILING, "parallel": (sys.executable, *PROGRAM)}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_a_file_in_the_folder_one_stands_in_shadows_no_module(command: tuple[str, ...], tmp_path: Path) -> None:
    for name in ("argparse", "typing"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('shadowed')")
    words = [*command, "--help"]
    ended = subprocess.run(words, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
