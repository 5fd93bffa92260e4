"""Every exercise of our series is proven: its task fails, its solutions pass, each mutant is told its mistake."""

from __future__ import annotations

import subprocess
import sys


def test_dev_check_finds_no_flaw_in_ours() -> None:
    words = [sys.executable, "-m", "loopscope", "exercises", "dev", "check"]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "no flaws" in ended.stdout
