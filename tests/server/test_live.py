"""A page and its session over the WebSocket: hello, commands, resuming, slowness."""

from __future__ import annotations

from .conftest import Served


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
