"""What waits for the end of a task: bounded, and never in the way of what ends it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from loopscope.errors import UserMistake
from loopscope.worker import tasks
from loopscope.worker.tasks import MOST_PUT_OFF, Tasks

EDIT = {"do": "edit", "tensor": "0.weight", "index": [0, 0], "value": 1.0}


@pytest.fixture
def seeking() -> Tasks:
    """A seek without end."""
    one = Tasks(lambda: 0.0)
    one.begin("seek", itertools.count())
    return one


def test_so_many_commands_wait_for_a_seek_and_no_more(seeking: Tasks) -> None:
    assert all(seeking.puts_off(EDIT) for _ in range(MOST_PUT_OFF))
    with pytest.raises(UserMistake, match="200 commands at most while a seek goes on"):
        seeking.puts_off(EDIT)
    assert len(seeking.put_off) == MOST_PUT_OFF


@pytest.mark.parametrize("do", ["pause", "start", "ping", "drawn"])
def test_what_ends_a_seek_or_needs_no_turn_is_never_refused(seeking: Tasks, do: str) -> None:
    for _ in range(MOST_PUT_OFF):
        seeking.puts_off(EDIT)
    assert not seeking.puts_off({"do": do})


def test_a_session_refuses_what_is_too_much(play: Any, start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "MOST_PUT_OFF", 0)
    played = play(start)
    played.session.tasks.begin("seek", itertools.count())
    played.session.obey(EDIT)
    assert "while a seek goes on" in played.of("refused")[0]["problems"][0]["allowed"]
