"""From what went wrong to words and an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from loopscope import runs
from loopscope.cli import exits
from loopscope.errors import LoopscopeError, StoreError, UserMistake, mistake

from .conftest import QUICK, Typed


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--help",), 0),
        (("train",), 0),
        (("train", "line", *QUICK), 0),
        (("train", "line", "--set", "training.lr=1e9"), 1),
        (("train", "nowhere"), 2),
        (("trian",), 2),
        (("train", "line", "--foo"), 2),
        (("runs",), 0),
        (("runs", "extra"), 2),
        (("show",), 2),
        (("show", "last"), 2),
        (("compare", "last"), 2),
        (("delete", "last", "--yes"), 2),
        (("export", "line"), 2),
        (("watch",), 2),
        (("explain", "line"), 0),
        (("explain", "line", "--set", "training.lr"), 2),
    ],
)
def test_exit_codes(words: tuple[str, ...], code: int, typed: Typed) -> None:
    answer = typed(*words)
    assert answer.code == code
    assert "Traceback" not in answer.err
    assert (code == 2) == bool(answer.err)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (mistake("data.noise", 1.4, "0 to 1", "Try --set data.noise=0.4"), 2),
        (StoreError("the disk is full"), 2),
        (LoopscopeError("the weights went missing"), 3),
    ],
)
def test_an_error_of_ours_is_its_own_words(
    error: LoopscopeError, code: int, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(runs, "list_runs", fail)
    answer = typed("runs")
    assert (answer.code, answer.out, answer.err) == (code, "", f"{error}\n")
    told = typed("runs", "--json")
    assert (told.code, told.err) == (code, "")
    assert told.document["error"]["text"] == str(error)
    assert len(told.document["error"]["problems"]) == (1 if isinstance(error, UserMistake) else 0)


def test_the_unexpected_has_a_traceback_and_is_our_fault(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(runs, "list_runs", fail)
    answer = typed("runs")
    assert answer.code == 3 and answer.out == ""
    assert "ZeroDivisionError" in answer.err and answer.err.splitlines()[-1] == exits.OUR_FAULT
    told = typed("runs", "--json")
    assert told.code == 3 and told.document == {"error": {"problems": [], "text": exits.OUR_FAULT}}


@pytest.mark.parametrize(("raised", "code"), [(KeyboardInterrupt, 130), (typer.Exit, 0), (BrokenPipeError, 0)])
def test_what_is_no_mistake(
    raised: type[BaseException], code: int, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(**_: object) -> None:
        raise raised

    monkeypatch.setattr(exits, "_drop_stdout", lambda: None)
    monkeypatch.setattr(runs, "list_runs", leave)
    answer = typed("runs")
    assert (answer.code, answer.out, answer.err) == (code, "", "")


def test_a_mistake_as_json_has_field_value_allowed_and_next_step(typed: Typed) -> None:
    answer = typed("train", "line", "--set", "training.lr=-1", "--set", "data.noise=nan", "--json")
    assert answer.code == 2 and answer.err == ""
    first, second = answer.document["error"]["problems"]
    assert [first["field"], second["field"]] == ["data.noise", "training.lr"]
    assert second["value"] == -1 and second["allowed"] and second["try_next"].startswith("Try --set training.lr=")
    assert set(first) == {"field", "value", "allowed", "try_next"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("trian",), 'Did you mean "train"?'),
        (("train", "line", "--sett", "a=b"), 'Did you mean "--set"?'),
        (("train", "line", "--hom", "x"), 'Did you mean "--home"?'),
        (("-x",), "option is '-x'"),
        (("runs", "--limit"), "--limit is missing"),
        (("runs", "more"), "extra argument is 'more'; allowed loopscope runs [OPTIONS]."),
        (("show",), "RUN is missing; allowed a run"),
        (("watch", "--jso", "x.py"), 'Did you mean "--json"?'),
        (("train", "line", "--instruments", "wieghts"), 'Did you mean "weights"?'),
        (("train", "line", "--instruments", "weights:sometimes"), "cadence is 'sometimes'"),
    ],
)
def test_words_mistyped(words: tuple[str, ...], said: str, typed: Typed) -> None:
    answer = typed(*words)
    assert answer.code == 2 and answer.out == ""
    assert said in answer.err and answer.err.count("\n") == 1
    assert list(Path().iterdir()) == []


def test_a_usage_error_as_json(typed: Typed) -> None:
    problem = typed("train", "--sett", "x", "--json").document["error"]["problems"][0]
    assert (problem["field"], problem["value"]) == ("option", "--sett")


def test_the_document_of_an_error_is_strict_json(typed: Typed) -> None:
    out = typed("train", "line", "--set", "training.lr=nan", "--json").out
    json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
