"""Requests that are begun and never ended: each is let go, whoever sends it, and nobody else is."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import TOKEN, WAIT_S, Served, serving

WITH_TOKEN = f"Authorization: Bearer {TOKEN}\r\n"
WHOLE = f"GET /api/presets HTTP/1.1\r\nHost: 127.0.0.1\r\n{WITH_TOKEN}\r\n"
HALF_BODY = "POST /api/experiment HTTP/1.1\r\nHost: 127.0.0.1\r\n{}Content-Length: 100\r\n\r\n{{"
CHUNK = "POST /api/tables HTTP/1.1\r\nHost: 127.0.0.1\r\n{}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of little patience."""
    with serving(tmp_path_factory.mktemp("home"), head_s=0.3, body_s=0.3) as one:
        yield one


@contextmanager
def said(served: Served, words: str) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", served.port), timeout=WAIT_S) as line:
        line.sendall(words.encode())
        yield line


def until_the_end(line: socket.socket) -> str:
    """What comes until the server hangs up."""
    heard = b""
    while more := line.recv(2**16):
        heard += more
    return heard.decode()


@pytest.mark.parametrize("words", ["", "GET", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-More: "])
def test_a_head_that_never_ends_is_not_waited_for(strict: Served, words: str) -> None:
    with said(strict, words) as line:
        assert until_the_end(line) == ""


def test_nor_is_a_second_one_on_the_same_connection(strict: Served) -> None:
    with said(strict, WHOLE) as line:
        assert line.recv(2**16).startswith(b"HTTP/1.1 200")
        line.sendall(b"GET /api/presets HTTP/1.1\r\nHost:")
        assert "HTTP/1.1" not in until_the_end(line)


@pytest.mark.parametrize("request_", [HALF_BODY, CHUNK])
def test_a_body_that_never_ends_is_told_so(strict: Served, request_: str) -> None:
    with said(strict, request_.format(WITH_TOKEN)) as line:
        head, _, body = until_the_end(line).partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 408")
    (problem,) = json.loads(body)["problems"]
    assert problem["field"] == "body" and "in time" in problem["allowed"]


@pytest.mark.parametrize("request_", [HALF_BODY, CHUNK])
def test_a_body_that_nobody_waits_for_is_not_taken_for_ever(strict: Served, request_: str) -> None:
    with said(strict, request_.format("")) as line:
        assert until_the_end(line).startswith("HTTP/1.1 401")


def test_a_page_that_listens_stays(strict: Served) -> None:
    """Begun before two that have to go, it is there after them."""
    session = strict.begin()
    with strict.page(session) as page, said(strict, HALF_BODY.format("")) as other, said(strict, "GET") as third:
        page.hear()
        until_the_end(third)
        until_the_end(other)
        page.send("play")
        assert page.frame()
    strict.end(session)


def test_a_request_in_pieces_is_answered(tmp_path: Path) -> None:
    with serving(tmp_path) as served, said(served, "") as line:
        for piece in (WHOLE[:3], WHOLE[3:50], WHOLE[50:]):
            line.sendall(piece.encode())
        assert line.recv(2**16).startswith(b"HTTP/1.1 200")
