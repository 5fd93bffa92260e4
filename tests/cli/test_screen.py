"""Numbers, durations and tables as a person reads them."""

from __future__ import annotations

import io
import math
import os
import pty
import subprocess
import sys

import pytest

from loopscope.cli import screen

from .conftest import QUICK


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.063, "0.06300"),
        (0.97, "0.9700"),
        (12.3, "12.30"),
        (412.0, "412.0"),
        (4120.0, "4120"),
        (123456.7, "123,457"),
        (1.23e-5, "1.230e-05"),
        (-0.5, "-0.5000"),
        (2.5e9, "2.500e+09"),
        (0.0, "0"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (None, ""),
    ],
)
def test_number(value: float | None, text: str) -> None:
    assert screen.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.97, "0.970"), (-0.5, "-0.500"), (-3.4e49, "-3.40e+49"), (math.nan, "nan")]
)
def test_score(value: float, text: str) -> None:
    assert screen.score(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.42, "0.42 s"), (12.34, "12.3 s"), (245, "4:05"), (3723, "1:02:03")])
def test_seconds(value: float, text: str) -> None:
    assert screen.seconds(value) == text


def test_count() -> None:
    assert [screen.count(n, "row") for n in (0, 1, 1234)] == ["0 rows", "1 row", "1,234 rows"]


def test_a_title_is_broken_between_parts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    out = io.StringIO()
    screen.flowing(screen.console(out), "moons", ["two features", "adam lr 0.01", "cpu"])
    assert out.getvalue() == "moons - two features\n  adam lr 0.01 - cpu\n"


def test_a_command_is_printed_whole_and_quoted() -> None:
    out = io.StringIO()
    screen.next_commands(screen.console(out), ("show", "last", "--home", "a folder/" + "x" * 100))
    assert out.getvalue().splitlines() == [f"next  loopscope show last --home 'a folder/{'x' * 100}'"]


def test_the_end_of_an_id() -> None:
    assert screen.handle("20261123-101502-moons-mlp-3f9a1c") == "3f9a1c"


@pytest.mark.parametrize("plain", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_where_no_colour_is_wanted_no_code_is_written(plain: dict[str, str]) -> None:
    def shown(more: dict[str, str]) -> bytes:
        ours, theirs = pty.openpty()
        env = {**os.environ, "TERM": "xterm-256color", **more}
        words = [sys.executable, "-m", "loopscope", "train", "line", *QUICK]
        with subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
            os.close(theirs)
            seen = b"".join(iter(lambda: _read(ours), b""))
        os.close(ours)
        assert process.returncode == 0
        return seen

    assert b"\x1b" not in shown(plain)
    assert b"\x1b[" in shown({})


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how a terminal of Linux says that its other side is closed
        return b""
