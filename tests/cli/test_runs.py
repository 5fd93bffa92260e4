"""`loopscope runs`."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Typed, next_words


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


def test_what_is_next_works_if_it_is_typed(typed: Typed, recorded: Path) -> None:
    home = ("--home", str(recorded))
    for words in (("runs", *home), ("runs", "--search", "nowhere", *home)):
        found = typed(*next_words(typed(*words).out))
        assert found.code == 0 and ("away" in found.out)


def test_a_home_in_which_nothing_is_yet_is_named_again(typed: Typed) -> None:
    assert next_words(typed("runs", "--home", "my runs").out) == ["train", "moons-mlp", "--home", "my runs"]
    assert next_words(typed("runs").out) == ["train", "moons-mlp"]
    assert typed("show", "last", "--home", "my runs").err.endswith("try: loopscope train moons-mlp --home 'my runs'\n")


@pytest.mark.parametrize(
    "words",
    [
        ("runs",),
        ("show", "last"),
        ("compare", "last", "last"),
        ("delete", "last", "--yes"),
        ("export", "last", "--to", "csv"),
        ("export", "last", "--to", "script"),
        ("train", "line", "--quiet"),
    ],
)
def test_promise_6_a_file_is_no_home(words: tuple[str, ...], typed: Typed) -> None:
    Path("notes").write_text("mine", encoding="utf-8")
    for home in ("notes", "notes/runs"):
        answer = typed(*words, "--home", home)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith(f"home is '{home}'; allowed a folder") and answer.err.count("\n") == 1
    assert Path("notes").read_text(encoding="utf-8") == "mine"
