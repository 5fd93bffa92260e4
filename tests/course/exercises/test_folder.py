"""A learner's folder: what is laid out, kept, remembered, and when a solution is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loopscope.course.exercises import Exercise, LearnersFolder, find, named
from loopscope.course.exercises.finding import words_of
from loopscope.course.exercises.folder import NotYet
from loopscope.errors import UserMistake

from .conftest import SERIES


@pytest.fixture
def each(exercises: dict[str, Exercise]) -> list[Exercise]:
    return list(exercises.values())


@pytest.fixture
def folder(tmp_path: Path, each: list[Exercise]) -> LearnersFolder:
    made = LearnersFolder(tmp_path / "mine", clock=lambda: 12.0)
    made.begin(SERIES, each)
    return made


def test_found_in_the_order_of_the_text(each: list[Exercise]) -> None:
    assert [exercise.key for exercise in each] == ["1.1/order", "1.1/gradient"]
    first = each[0]
    assert first.title == "Put the loop in order" and first.says.startswith("The five lines")
    assert len(first.hints) == 3 and first.hints[2].startswith("`loss.backward()`")
    assert words_of(first.folder / "mutants" / "no_zero_grad.py") == "is `zero_grad()` missing?"


@pytest.mark.parametrize("text", ["order", "1.1/order", "mine/1.1/order.py", "/a/mine/1.1/order.py"])
def test_named_in_any_way(text: str, each: list[Exercise]) -> None:
    assert named(text, each) is each[0]


def test_an_unknown_name_and_a_folder_that_is_no_series(each: list[Exercise], tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match=r'Did you mean "1.1/order"'):
        named("1.1/ordr", each)
    with pytest.raises(UserMistake, match="a folder with a series.toml"):
        find(tmp_path)


def test_what_is_there_stays(folder: LearnersFolder, each: list[Exercise]) -> None:
    assert folder.file(each[0]).read_text(encoding="utf-8") == each[0].task
    folder.write(each[0], "mine")
    folder.file(each[1]).unlink()
    assert folder.begin(SERIES, each) == [folder.file(each[1])]
    assert folder.code(each[0]) == "mine"


def test_found_from_within(folder: LearnersFolder) -> None:
    assert LearnersFolder.around(folder.path / "1.1").path == folder.path
    assert LearnersFolder.around(folder.path).series == SERIES
    with pytest.raises(UserMistake, match="loopscope exercises init"):
        LearnersFolder.around(folder.path.parent)
    with pytest.raises(UserMistake, match="a folder that was begun"):
        LearnersFolder.begun(folder.path.parent)


def test_progress_survives_and_says_who_is_next(folder: LearnersFolder, each: list[Exercise]) -> None:
    first, second = each
    assert folder.next(each) is first
    assert folder.next(each, after=first) is second
    folder.tried(second, passed=False)
    assert folder.next(each) is second, "the one that was worked on last"
    assert folder.tried(second, passed=True) and not folder.tried(second, passed=True)
    assert LearnersFolder(folder.path).done(second).passed_at == 12.0
    assert folder.next(each) is first
    folder.tried(first, passed=True)
    assert folder.next(each) is None


def test_a_damaged_file_is_kept_beside(folder: LearnersFolder, each: list[Exercise]) -> None:
    for damaged in ('{"exercises": {"1.1/order": ', "[]", '{"exercises": {"1.1/order": 3}}', "\0"):
        folder.progress.path.write_text(damaged, encoding="utf-8")
        assert folder.done(each[0]).tries == 0
        assert folder.progress.path.with_name("progress.damaged.json").read_text(encoding="utf-8") == damaged


def test_a_crash_in_writing_leaves_what_was(folder: LearnersFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    before = folder.progress.path.read_text(encoding="utf-8")

    def crash(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", crash)
    with pytest.raises(OSError, match="no space"), folder.progress.changing() as state:
        state.current = "x"
    assert folder.progress.path.read_text(encoding="utf-8") == before
    assert not list(folder.path.glob(".progress-*"))


def test_what_a_later_version_wrote_is_read(folder: LearnersFolder, each: list[Exercise]) -> None:
    folder.progress.path.write_text(
        json.dumps({"version": 9, "exercises": {"1.1/order": {"tries": 4, "new": 1}}}), encoding="utf-8"
    )
    assert folder.done(each[0]).tries == 4


def test_hints_go_on_and_stay_at_the_last(folder: LearnersFolder, each: list[Exercise]) -> None:
    grades = [(hint.grade, hint.called) for hint in (folder.hint(each[0]) for _ in range(4))]
    assert grades == [(1, "Idea"), (2, "Place"), (3, "Code"), (3, "Code")]


def test_reset_keeps_what_was_written(folder: LearnersFolder, each: list[Exercise]) -> None:
    assert folder.reset(each[0]) is None
    folder.write(each[0], "mine")
    folder.tried(each[0], passed=True)
    kept = folder.reset(each[0])
    assert kept is not None and kept.read_text(encoding="utf-8") == "mine"
    assert folder.code(each[0]) == each[0].task and folder.done(each[0]).passed_at is None


def test_a_solution_after_success_or_asked_twice(folder: LearnersFolder, each: list[Exercise]) -> None:
    folder.tried(each[1], passed=True)
    assert folder.solution(each[1]) == each[1].solution
    with pytest.raises(NotYet, match="1.1/order is not passed yet"):
        folder.solution(each[0])
    assert folder.solution(each[0]) == each[0].solution


def test_a_file_that_is_no_text_is_read_all_the_same(folder: LearnersFolder, each: list[Exercise]) -> None:
    folder.file(each[0]).write_bytes(b"\xff\xfex = 1")
    assert "x = 1" in folder.code(each[0])
    folder.file(each[0]).unlink()
    assert folder.code(each[0]) == each[0].task
