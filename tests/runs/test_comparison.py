"""Runs side by side: only what differs was asked differently."""

from __future__ import annotations

from collections.abc import Callable

from loopscope.runs import compare, open_run


def test_what_was_asked_differently_and_what_came_of_it(record: Callable[..., str]) -> None:
    record("one", "training.lr=0.1", "model.hidden=8")
    record("two", "training.lr=0.2", "model.hidden=16,8", loss=2.0)
    compared = compare([open_run("one"), open_run("two")])
    assert compared.runs == ("one", "two")
    assert compared.asked == {
        "model.hidden": [[8], [16, 8]],
        "training.lr": [0.1, 0.2],
    }
    assert compared.figures["train.loss"] == [0.05, 0.1]
    assert compared.figures["test.loss"] == [5.5, 10.5]
    assert compared.figures["steps"] == [20, 20]


def test_what_one_run_does_not_have_is_none(record: Callable[..., str]) -> None:
    record("one")
    record("own", own=True, measured=False)
    compared = compare([open_run("one"), open_run("own")])
    assert compared.figures["test.loss"] == [5.5, None]
    assert compared.asked["training.lr"][1] is None


def test_equal_runs_differ_in_nothing(record: Callable[..., str]) -> None:
    record("one")
    record("two")
    assert compare([open_run("one"), open_run("two")]).asked == {}
