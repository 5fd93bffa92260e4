"""Ray: the same rows as here, a lost process costs nothing, and what is missing is said at once."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import loopscope.sweeps.on_ray
from loopscope import sweeps
from loopscope.errors import UserMistake
from loopscope.experiment import load, with_settings
from loopscope.sweeps import Task
from loopscope.sweeps.book import Row
from loopscope.sweeps.on_ray import on_ray

BASE = with_settings(load("moons-mlp"), ["training.steps=40", "data.samples=80", "model.hidden=4"])


def dying_once(mark: Path) -> Callable[[Task], list[Row]]:
    """Trains; but the first process that is asked to is killed in the middle."""

    def train(task: Task) -> list[Row]:
        from loopscope.sweeps import trained

        rows = trained(task)
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return rows

    return train


def test_a_killed_process_loses_and_doubles_no_run(tmp_path: Path) -> None:
    asked = sweeps.plan(BASE, ["model.activation=relu,tanh", "training.lr=0.01,0.1"], seeds=3)
    alone = sweeps.carried_out(asked, sweeps.begun(asked, tmp_path / "alone"))
    book = sweeps.begun(asked, tmp_path / "ray")
    seen: list[int] = []
    mark = tmp_path / "killed"
    done = sweeps.carried_out(
        asked, book, where=on_ray("ray", 2, dying_once(mark)), on_progress=lambda each: seen.append(each.finished)
    )
    assert mark.exists()
    lines = (book.folder / "runs.jsonl").read_text().splitlines()
    assert len(lines) == len(done.runs) == 12
    assert seen[-1] == 12 and len(set(seen)) >= 4  # progress, stack by stack
    pd.testing.assert_frame_equal(done.runs, alone.runs, rtol=1e-4)


def test_where_nobody_listens_that_is_said(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UserMistake, match="Nobody answers there"):
        sweeps.place(f"ray://127.0.0.1:{port}")


def test_who_listens_and_is_no_ray_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopscope.sweeps.on_ray, "ANSWER_S", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(UserMistake, match="did not answer as Ray does"):
            sweeps.place(f"ray://127.0.0.1:{silent.getsockname()[1]}")


@pytest.mark.parametrize("address", ["ray://", "ray://host", "ray://host:port", "http://host:1", "cloud"])
def test_what_is_no_address_is_said(address: str) -> None:
    with pytest.raises(UserMistake, match="local, ray, or ray://HOST:PORT"):
        sweeps.place(address)


def test_without_ray_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UserMistake, match=r"pip install 'loopscope\[ray\]'"):
        sweeps.place("ray")


def test_a_cluster_is_started_also_where_another_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")  # as ray start leaves it to be found
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(ray, "init", lambda *address, **settings: asked.append(address))
    assert list(on_ray("ray", 1).train([], lambda *heard: None)) == []
    assert asked == [("local",)]
