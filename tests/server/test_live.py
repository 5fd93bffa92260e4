"""A page and its session over the WebSocket: hello, commands, resuming, slowness, a worker that dies."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from .conftest import PLAIN, Page, Served, serving


def test_a_page_is_greeted_and_its_commands_are_obeyed(served: Served) -> None:
    session = served.begin()
    with served.page(session) as page:
        hello = page.hear()
        assert (hello["kind"], hello["session"], hello["resumed"], hello["alive"]) == ("hello", session, False, True)
        page.send("play")
        first = page.frame()
        second = page.frame()
        assert first["seq"] < second["seq"]
        page.send("pause")
        page.until("state", playing=False)
    served.end(session)


def test_hello_holds_the_whole_state(served: Served) -> None:
    session = served.begin(PLAIN, PLAIN)
    with served.page(session) as page:
        page.send("seek", step=7)
        page.until("state", step=7)
    with served.page(session) as page:
        hello = page.hear()
        assert [lane["lane"] for lane in hello["lanes"]] == [0, 1]
        assert hello["lanes"][0]["experiment"]["data"]["name"] == "moons"
        assert hello["state"]["step"] == 7
        assert hello["versions"] == {"torch": "none"} and hello["limits"]["parameters"] == 1000
        page.send("start", experiments=[PLAIN])
        page.until("lane", lanes=1)
    with served.page(session) as page:
        assert len(page.hear()["lanes"]) == 1
    served.end(session)


def test_a_page_that_comes_after_its_start_was_refused_hears_of_it(served: Served) -> None:
    session = served.begin({**PLAIN, "name": "refuse me"})
    with served.page(session) as page:
        page.until("refused", do="start")  # whenever that was, there is something to say now
    with served.page(session) as page:
        hello = page.hear()
        assert (hello["resumed"], hello["lanes"], hello["seq"]) == (False, [], 0)
        assert page.until("refused", do="start")["seq"] >= 1
    served.end(session)


def test_a_connection_that_was_lost_goes_on_after_the_last_message_seen(served: Served) -> None:
    session = served.begin()
    with served.page(session) as page:
        page.send("play")
        last = page.frame()["seq"]
        page.send("pause")
        end = page.until("state", playing=False)["seq"]
    with served.page(session, after=last) as page:
        hello = page.hear()
        assert hello["resumed"] and hello["seq"] == last
        assert [page.hear()["seq"] for _ in range(last, end)] == list(range(last + 1, end + 1))
    served.end(session)


@pytest.mark.parametrize("after", [10**9, -1, "x", "", "9" * 400])
def test_where_there_is_nothing_to_go_on_from_it_begins_anew(served: Served, after: object) -> None:
    session = served.begin()
    with served.page(session, after=after) as page:
        assert page.hear()["resumed"] is False
    served.end(session)


def test_where_the_ring_has_gone_on_a_page_is_told_the_state(tmp_path: Any) -> None:
    with serving(tmp_path, ring_messages=5) as served:
        session = served.begin()
        with served.page(session) as page:
            page.send("change", settings={"fake.flood": 20})
            until_step(page, 20)
        with served.page(session, after=1) as page:
            hello = page.hear()
            assert hello["resumed"] is False and hello["state"]["step"] == 20


def test_what_is_no_command_is_refused_to_this_page_alone(served: Served) -> None:
    session = served.begin()
    with served.page(session) as page, served.page(session) as other:
        page.socket.send("{")
        assert page.until("refused")["problems"][0]["try_next"]
        page.socket.send(json.dumps({"do": "seek", "step": -1}))
        refused = page.until("refused")
        assert refused["do"] == "seek" and "step" in refused["problems"][0]["field"]
        page.socket.send(b"binary")
        assert page.until("refused")["problems"][0]["allowed"] == "text"
        page.send("seek", step=3)
        while (message := other.hear())["kind"] != "state" or message["step"] != 3:
            assert message["kind"] != "refused"
    served.end(session)


def test_too_long_a_command_closes_the_connection_and_nothing_else(served: Served) -> None:
    session = served.begin()
    with served.page(session) as page:
        page.send("inspect", tensor="x" * 300_000, index=[])
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                page.hear()
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009
    with served.page(session) as page:
        assert page.hear()["alive"]
    served.end(session)


def test_an_unknown_session_is_said_so(served: Served) -> None:
    with served.page("nothing") as page, pytest.raises(ConnectionClosed) as closed:
        page.hear()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4404


def test_a_session_that_ends_tells_its_pages(served: Served) -> None:
    session = served.begin()
    with served.page(session) as page:
        page.hear()
        served.end(session)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                page.hear()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4404


def test_a_worker_that_is_killed_is_said_and_can_be_restarted(served: Served) -> None:
    session = served.begin()
    with served.page(session) as page:
        page.send("change", settings={"fake.checkpoint": "kept"})
        page.send("seek", step=42)
        page.until("state", step=42)
        before = served.about(session)["worker"]
        os.kill(before, signal.SIGKILL)
        gone = page.until("worker")
        assert gone["alive"] is False and "SIGKILL" in gone["reason"]
        assert page.until("state")["status"] == "dead"
        page.send("drawn", seq=1)  # drawn a moment too late: that is no mistake
        page.send("play")
        refused = page.until("refused")
        assert refused["do"] == "play" and "restart" in refused["problems"][0]["try_next"]
        page.send("restart_worker")
        assert "takes the last steps again" in page.until("worker", alive=True)["reason"]
        assert page.until("state")["status"] == "seeking"
        assert page.until("state", status="paused")["step"] == 42
        assert page.until("worker", alive=True)["reason"] == "A new worker took over at step 42."
        assert page.until("events")["payload"] == b"kept"
        page.send("play")
        assert [page.frame()["events"][0]["data"]["step"] for _ in range(5)] == [43, 44, 45, 46, 47]
        assert served.about(session)["worker"] not in (None, before)
        page.send("restart_worker")
        assert page.until("refused")["do"] == "restart_worker"
    served.end(session)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("fake.exit", 3, "exit code 3): a last word"),
        ("fake.garbage", 1, "it sent a message that is no map"),
        ("fake.hang", 1, "did not answer for 1 s"),
        ("fake.grow", 150, "MB of memory; allowed 100 MB"),
    ],
)
def test_whatever_ends_a_worker_is_said_in_words(served: Served, setting: str, value: int, words: str) -> None:
    session = served.begin()
    with served.page(session) as page:
        page.send("change", settings={setting: value})
        assert words in page.until("worker", alive=False)["reason"]
    with served.page(session) as page:
        hello = page.hear()
        assert hello["alive"] is False and hello["state"]["status"] == "dead"
    served.end(session)


def test_a_slow_page_slows_nobody_and_costs_no_memory(tmp_path: Any) -> None:
    """It reads nothing while its session sends a hundred times what the ring holds; then it is told the state."""
    with serving(tmp_path, ring_bytes=200_000) as served:
        slow, quick = served.begin(), served.begin()
        with served.page(slow, max_queue=1) as stuck, served.page(slow) as reader, served.page(quick) as other:
            stuck.hear()
            reader.send("change", settings={"fake.payload": 50_000})
            reader.send("change", settings={"fake.flood": 400})
            until_step(reader, 400)
            assert kept(served, slow) <= 260_000
            other.send("play")
            for _ in range(5):
                other.frame()
            anew = until_step(stuck, 400)
            assert anew, "it was told of the gap"
        served.end(slow)
        served.end(quick)


def kept(served: Served, session: str) -> int:
    """Bytes that a server keeps of a session."""
    return served.sessions.get(session).ring.bytes


def until_step(page: Page, step: int) -> int:
    """How often it was greeted anew until it heard of a step; numbers never go back."""
    greeted = last = 0
    while True:
        message = page.hear()
        assert message["seq"] >= last
        last = message["seq"]
        greeted += message["kind"] == "hello"
        state = message.get("state", message)
        if state.get("step") == step:
            return greeted
