"""`loopscope show`."""

from __future__ import annotations

from pathlib import Path

from .conftest import Typed


def test_one_run_on_one_screen(typed: Typed, recorded: Path) -> None:
    answer = typed("show", "fast", "--home", str(recorded))
    assert answer.code == 0
    assert answer.out.startswith("fast · moons · 280 train")
    assert "finished: all 12 steps taken" in answer.out and "┤" in answer.out and "accuracy" in answer.out
    assert len(answer.out.splitlines()) <= 24
    assert "--to script --home" in answer.out and "--to png --home" in answer.out


def test_a_diverged_run_shows_what_to_try(typed: Typed, recorded: Path) -> None:
    answer = typed("show", "last", "--home", str(recorded))
    assert answer.code == 0  # to look at it is fine, whatever became of it
    assert "diverged: " in answer.out and "Try --set training.lr=1e+08" in answer.out


def test_json_has_what_was_asked_and_what_was_found_out(typed: Typed, recorded: Path) -> None:
    found = typed("show", "slow", "--home", str(recorded), "--json").document
    assert found["experiment"]["training"]["lr"] == 0.001
    assert found["facts"]["task"] == "binary"
    assert {"loss", "loss.train", "metrics.test_accuracy"} <= set(found["series"])
    assert found["findings"] == [] and found["source"] == "engine" and "torch" in found["versions"]
    assert typed("show", "last", "--home", str(recorded), "--json").document["status"] == "diverged"


def test_an_unknown_run_is_answered_with_the_nearest(typed: Typed, recorded: Path) -> None:
    answer = typed("show", "fist", "--home", str(recorded))
    assert answer.code == 2 and 'Did you mean "fast"?' in answer.err


def test_nothing_recorded(typed: Typed) -> None:
    answer = typed("show", "last")
    assert answer.code == 2 and answer.err == "no runs recorded yet in .loopscope; try: loopscope train moons-mlp\n"
    assert not Path(".loopscope").exists()
