"""A page that watches a sweep: its process, what it may say, who may have one, and what is left of it."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from loopscope.server.child import Child
from loopscope.server.settings import TILING, Limits
from loopscope.server.starting import Starter

from .conftest import Page, Served, serving

SMALL: dict[str, Any] = {
    "name": "small",
    "data": {"name": "circles", "samples": 60},
    "model": {"hidden": [3]},
    "training": {"lr": 0.1, "batch_size": 10, "steps": 40},
}


@contextmanager
def watching(served: Served, **headers: str) -> Iterator[Page]:
    address = f"ws://127.0.0.1:{served.port}/api/sweeps/live"
    with connect(address, additional_headers=headers or served.cookie, compression=None, max_size=None) as socket:
        yield Page(socket)


CHILDREN: list[Child] = []
"""Processes that were started for pages here, the newest last."""


@pytest.fixture(scope="module", autouse=True)
def children() -> Iterator[None]:
    """Note them as they are started."""
    start = Starter.start

    async def noted(self: Starter, command: Sequence[str], limits: Limits) -> Child:
        child = await start(self, command, limits)
        if tuple(command[:3]) == TILING:
            CHILDREN.append(child)
        return child

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Starter, "start", noted)
        yield


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose sweeps are real."""
    with serving(tmp_path_factory.mktemp("home"), sweeps=2) as one:
        yield one


def asked(*over: str, **more: Any) -> dict[str, Any]:
    return {"experiment": SMALL, "over": list(over), **more}


def finished(page: Page) -> dict[str, Any]:
    """Draw until it is done."""
    while True:
        message = page.hear()
        if message["kind"] == "frame":
            page.send("drawn", seq=message["seq"])
        if message["kind"] == "done":
            return message


def test_a_sweep_is_laid_out_trained_and_recorded(served: Served) -> None:
    with watching(served) as page:
        page.send("foresee", **asked("training.lr=0.01,0.1", seeds=2))
        assert page.until("foreseen")["runs"] == 4
        page.send("begin", **asked("training.lr=0.01,0.1", seeds=2))
        begun = page.until("begun")
        assert begun["factors"] == [{"field": "training.lr", "levels": ["0.01", "0.1"]}]
        assert page.until("frame")["step"] == 0
        done = finished(page)
    lines = served.ask("GET", "/api/sweeps").json()
    assert [line["sweep"] for line in lines] == [done["sweep"]]
    whole = served.ask("GET", f"/api/sweeps/{done['sweep']}").json()
    assert whole["tiles"] == [{"training.lr": "0.01"}, {"training.lr": "0.1"}]
    assert [row["status"] for row in whole["rows"]] == ["finished"] * 4
    assert whole["verdict"] == done["verdict"] != []
    assert whole["links"] == begun["links"][::2]


def test_one_that_is_not_there_is_not_found(served: Served) -> None:
    answer = served.ask("GET", "/api/sweeps/never")
    assert answer.status_code == 404
    assert answer.json()["problems"][0]["field"] == "sweep"


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        json.dumps({"do": "land"}),
        json.dumps({"do": "begin", "experiment": SMALL, "over": []}),
        json.dumps({"do": "begin", "experiment": SMALL, "over": ["training.lr=1"], "seeds": 1000}),
        json.dumps({"do": "begin", "experiment": {"data": {"name": "nobody"}}, "over": ["training.lr=1,2"]}),
        json.dumps({"do": "begin", "experiment": SMALL, "over": ["training.lr=0.1:1:log:1000"]}),
        json.dumps({"do": "seed", "repetition": -1}),
    ],
)
def test_what_cannot_be_obeyed_is_refused_and_the_next_is_heard(served: Served, text: str) -> None:
    with watching(served) as page:
        page.socket.send(text)
        assert page.until("refused")["problems"][0]["allowed"]
        page.send("foresee", **asked("training.lr=0.01,0.1"))
        assert page.until("foreseen")["tiles"] == 2


def test_its_process_ends_with_the_page(served: Served) -> None:
    with watching(served) as page:
        page.send("begin", **asked("training.lr=0.01,0.1", steps_per_second=1.0))
        page.until("frame")
        child = CHILDREN[-1]
        pid = child.pid
        assert child.alive and pid
    while child.alive:
        time.sleep(0.01)  # there is no event to wait for in this thread
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_no_more_pages_than_places(served: Served) -> None:
    with watching(served) as one, watching(served) as two:
        for page in (one, two):
            page.send("foresee", **asked("training.lr=0.01,0.1"))
            page.until("foreseen")
        with watching(served) as third:
            assert "Close one of them" in third.until("worker", alive=False)["reason"]
            with pytest.raises(ConnectionClosed):
                third.hear()


def test_a_process_that_dies_says_why(tmp_path: Path) -> None:
    with serving(tmp_path) as served, watching(served) as page:
        page.send("begin", **asked("training.lr=0.01,0.1", steps_per_second=1.0))
        page.until("frame")
        os.kill(CHILDREN[-1].pid or 0, signal.SIGKILL)
        assert "SIGKILL" in page.until("worker", alive=False)["reason"]


def test_strangers_have_none(served: Served) -> None:
    with watching(served, **{"x-no": "token"}) as page, pytest.raises(ConnectionClosed) as closed:
        page.hear()
    assert closed.value.rcvd and closed.value.rcvd.code == 4401
    with pytest.raises(InvalidStatus), watching(served, **served.cookie, origin="http://elsewhere.example"):
        pass
    assert served.ask("GET", "/api/sweeps", headers={"authorization": "Bearer wrong"}).status_code == 401
