"""Where the server listens, and the pace at which it does."""

from __future__ import annotations

import socket

import pytest

from loopscope.errors import UserMistake
from loopscope.server.opening import hosts_of, is_loopback, listen
from loopscope.server.pace import Pace

from .conftest import to_its_end


def test_a_taken_port_gives_the_next_free_one() -> None:
    first = listen("127.0.0.1", 0)
    second = listen("127.0.0.1", first.port)
    assert first.port < second.port <= first.port + 50
    for place in (first, second):
        assert place.link("t", "loopscope:1:x") == f"http://127.0.0.1:{place.port}/lab.html?token=t#e=loopscope:1:x"
        assert place.link("t") == f"http://127.0.0.1:{place.port}/?token=t"
        place.socket.close()


def test_a_browser_may_come_before_the_server_is_ready() -> None:
    place = listen("127.0.0.1", 0)
    socket.create_connection(("127.0.0.1", place.port), timeout=5).close()
    place.socket.close()


@pytest.mark.parametrize("host", ["203.0.113.7", "no such name", "a" * 300])
def test_an_address_of_no_machine_here_is_a_users_mistake(host: str) -> None:
    with pytest.raises(UserMistake, match="--host"):
        listen(host, 0)


def test_what_only_this_machine_can_reach() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "localhost", "::1", "127.0.1.1")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.0.1", "lab.example", "")))
    assert hosts_of("Lab.example") == {"lab.example"} and "*" in hosts_of("0.0.0.0")


def test_what_comes_too_fast_waits_its_turn() -> None:
    now, waited = 0.0, [0.0]

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async def run() -> None:
        nonlocal now
        pace = Pace(10, clock=lambda: now, sleep=sleep)
        for _ in range(10):
            await pace.turn()
        assert waited == [0.0]
        await pace.turn()
        await pace.turn()
        assert waited[1:] == [pytest.approx(0.1), pytest.approx(0.2)]
        now = 100.0
        for _ in range(10):
            await pace.turn()
        assert len(waited) == 3

    to_its_end(run())
