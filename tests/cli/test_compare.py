"""`loopscope compare`."""

from __future__ import annotations

from pathlib import Path

from .conftest import Typed, next_words


def test_differing_fields_figures_and_one_plot(typed: Typed, recorded: Path) -> None:
    answer = typed("compare", "slow", "fast", "--home", str(recorded))
    lines = [line.split() for line in answer.out.splitlines()]
    assert answer.code == 0
    assert ["name", "slow", "fast"] in lines
    assert ["training.lr", "0.001", "0.1"] in lines
    assert not any(line[:1] == ["training.optimizer"] for line in lines)
    assert any(line[:1] == ["test.accuracy"] and len(line) == 3 for line in lines)
    assert answer.out.count(" test 0.") == 2


def test_points_set_by_hand_are_counted(typed: Typed, tmp_path: Path) -> None:
    by_hand = ["data.name=points", "data.points=[[0, 0, 0], [1, 1, 1], [0, 1, 0]]"]
    runs = [
        typed("train", "moons-mlp", *more, "--set", "training.epochs=1", "--home", str(tmp_path), "--json")
        for more in ([], ["--set", by_hand[0], "--set", by_hand[1]])
    ]
    answer = typed("compare", *(run.document["run"] for run in runs), "--home", str(tmp_path))
    assert ["data.points", "none", "3", "rows"] in [line.split() for line in answer.out.splitlines()]


def test_json(typed: Typed, recorded: Path) -> None:
    found = typed("compare", "slow", "fast", "last", "--home", str(recorded), "--json").document
    assert len(found["runs"]) == 3
    assert found["differ"]["training.lr"] == [0.001, 0.1, 1e9]
    assert found["figures"]["status"] == ["finished", "finished", "diverged"]


def test_the_same_run_twice_does_not_differ(typed: Typed, recorded: Path) -> None:
    answer = typed("compare", "slow", "slow", "--home", str(recorded))
    assert answer.code == 0 and "No field of the experiments differs." in answer.out


def test_one_run_alone_is_refused(typed: Typed, recorded: Path) -> None:
    answer = typed("compare", "slow", "--home", str(recorded))
    assert answer.code == 2 and answer.err.startswith(
        "RUN is 'slow'; allowed two runs or more. See loopscope runs --home"
    )


def test_what_is_next_works_if_it_is_typed(typed: Typed, recorded: Path) -> None:
    answer = typed("compare", "slow", "fast", "--home", str(recorded))
    assert typed(*next_words(answer.out)).code == 0
