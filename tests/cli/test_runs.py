"""`loopscope runs`."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Typed


def test_newest_first(typed: Typed, recorded: Path) -> None:
    answer = typed("runs", "--home", str(recorded))
    assert answer.code == 0
    names = [line.split()[1] for line in answer.out.splitlines()[1:4]]
    assert names == ["away", "fast", "slow"]
    assert "diverged" in answer.out and "accuracy" in answer.out


def test_limit_and_search(typed: Typed, recorded: Path) -> None:
    home = ("--home", str(recorded), "--json")
    assert [run["name"] for run in typed("runs", "--limit", "1", *home).document["runs"]] == ["away"]
    assert [run["name"] for run in typed("runs", "--search", "slow", *home).document["runs"]] == ["slow"]
    assert len(typed("runs", "--limit", "all", *home).document["runs"]) == 3


def test_json_has_no_nan(typed: Typed, recorded: Path) -> None:
    found = {run["name"]: run for run in typed("runs", "--home", str(recorded), "--json").document["runs"]}
    assert found["slow"]["test"]["accuracy"] > 0
    assert found["away"]["status"] == "diverged"


def test_nothing_recorded_is_no_mistake_and_makes_nothing(typed: Typed) -> None:
    answer = typed("runs")
    assert answer.code == 0 and "No runs recorded yet" in answer.out
    assert typed("runs", "--json").document == {"runs": []}
    assert not Path(".loopscope").exists()


def test_nothing_found(typed: Typed, recorded: Path) -> None:
    answer = typed("runs", "--search", "nowhere", "--home", str(recorded))
    assert answer.code == 0 and "'nowhere'" in answer.out


@pytest.mark.parametrize("limit", ["0", "-3", "many", "1.5", ""])
def test_limit_is_a_whole_number(limit: str, typed: Typed) -> None:
    answer = typed("runs", f"--limit={limit}")
    assert answer.code == 2 and answer.err.startswith(f"--limit is {limit!r}; allowed a whole number")
