"""`loopscope delete`: all that are named or none, and not without being sure."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from loopscope.runs import list_runs

from .conftest import QUICK, Typed


@pytest.fixture
def two(typed: Typed) -> list[str]:
    """Two runs, the newest first."""
    for name in ("one", "two"):
        typed("train", "line", *QUICK, "--instruments", "none", "--name", name, "--quiet")
    return [run.id for run in list_runs()]


def test_yes_deletes(typed: Typed, two: list[str]) -> None:
    answer = typed("delete", "one", "--yes")
    assert (answer.code, answer.out) == (0, f"deleted {two[1]}\n")
    assert [run.id for run in list_runs()] == two[:1]


def test_json(typed: Typed, two: list[str]) -> None:
    assert typed("delete", "one", "two", "one", "--yes", "--json").document == {"deleted": [two[1], two[0]]}
    assert list_runs() == []


def test_one_unknown_name_spares_them_all(typed: Typed, two: list[str]) -> None:
    answer = typed("delete", "one", "three", "--yes")
    assert answer.code == 2 and "run is 'three'" in answer.err
    assert len(list_runs()) == 2


def test_where_nobody_can_be_asked_it_needs_yes(typed: Typed, two: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull, encoding="utf-8") as nobody:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdin", nobody)
        answer = typed("delete", "one")
    assert answer.code == 2 and answer.err.startswith("--yes is missing") and answer.err.count("\n") == 1
    assert len(list_runs()) == 2


@pytest.mark.parametrize(("said", "left"), [(b"n\n", 2), (b"y\n", 1), (b"\n", 2), (b"\x04", 2)])
def test_on_a_terminal_it_asks(two: list[str], said: bytes, left: int) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "loopscope", "delete", "one"], stdin=theirs, stderr=subprocess.PIPE, text=True
    ) as process:
        os.write(ours, said)
        _, err = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert "Delete 1 run?" in err and two[1] in err and "Traceback" not in err
    assert len(list_runs()) == left
    assert process.returncode == (2 if said == b"\x04" else 0)
