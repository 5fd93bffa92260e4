"""Several processes for one run: what is refused before they start, and what they show when they have."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopscope.cli.workers import words_of
from loopscope.runs import list_runs

from .conftest import Typed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--workers", "two"), "--workers is 'two'; allowed a whole number of processes. Try --workers 2."),
        (("--workers", "0"), "--workers is 0; allowed 1 to 64 processes"),
        (("--workers", "2", "--set", "model.norm=batch"), "Try --set model.norm=layer"),
        (("--workers", "2", "--set", "training.batch_size=1"), "2 or more, a row for each of 2 workers"),
    ],
)
def test_what_several_cannot_do_is_said_before_they_start(
    words: tuple[str, ...], sentence: str, typed: Typed, tmp_path: Path
) -> None:
    answer = typed("train", "moons-mlp", *words)
    assert answer.code == 2 and sentence in answer.err
    assert not list_runs(home=tmp_path / ".loopscope")


def test_beside_torchrun_they_are_not_asked_for(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "x")
    answer = typed("train", "moons-mlp", "--workers", "2")
    assert answer.code == 2 and "Leave --workers out." in answer.err


def test_two_say_what_one_says(typed: Typed) -> None:
    words = ("train", "line", "--set", "training.steps=12", "--instruments", "none", "--json")
    alone, shared = typed(*words).document, typed(*words, "--workers", "2").document
    assert shared["steps"] == alone["steps"] == 12 and shared["status"] == "finished"
    assert shared["train"]["loss"] == pytest.approx(alone["train"]["loss"], rel=1e-5)


def test_a_command_line_holds_what_was_given() -> None:
    options = {"--set": ["a=1", "b=2"], "--target": None, "--quiet": True, "--json": False, "--home": Path("x")}
    assert words_of(options) == ["--set", "a=1", "--set", "b=2", "--quiet", "--home", "x"]
