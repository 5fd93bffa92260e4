"""Whatever is sent, the server answers or refuses, goes on, and no other session notices."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, get_args

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import checks
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from loopscope.worker.commands import Command

from .conftest import PLAIN, TOKEN, Page, Served, serving
from .test_api import record

AUTHORIZED = {"authorization": f"Bearer {TOKEN}"}
API_CASES = 36  # an operation, with valid and with invalid data each
FRAMES = 1100
ALLOWED = {200, 204, 401, 403, 404, 405, 413, 422, 503}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a run, fake workers and real errands."""
    home = tmp_path_factory.mktemp("fuzzed")
    record(home, "20260101-000000-first-aaaaaa")
    with serving(home, yields_after_s=0.0, delete_after_s=600.0) as served:
        yield served


@pytest.fixture(scope="module")
def bystander(target: Served) -> Iterator[Page]:
    """A session that plays on meanwhile; the server has to keep it unharmed."""
    session = target.begin()
    with target.page(session) as page:
        page.send("play")
        page.frame()
        yield page
        check_unharmed(page)
    target.end(session)


def check_unharmed(page: Page) -> None:
    """It hears of every step, one after another, and of nothing else."""
    first = page.frame()["events"][0]["data"]["step"]
    for later in range(1, 4):
        assert page.frame()["events"][0]["data"]["step"] == first + later


def test_the_api_by_its_own_description(target: Served, bystander: Page) -> None:
    """A thousand requests made from OpenAPI, half wrong on purpose: never a 5xx, never an undescribed answer."""
    schema = schemathesis.openapi.from_dict(target.ask("GET", "/openapi.json").json())
    asked: list[int] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
        for mode in modes:
            cases = operation.as_strategy(generation_mode=mode)

            @given(case=cases)
            @settings(
                max_examples=API_CASES,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            def ask(case: Any) -> None:
                answer = case.call(base_url=target.url, headers=AUTHORIZED, timeout=30)
                asked.append(answer.status_code)
                assert answer.status_code in ALLOWED, (case.as_curl_command(), answer.text)
                case.validate_response(answer, checks=[checks.CHECKS.get_one(name) for name in CHECKED])

            ask()
    assert len(asked) >= 1000 and sum(status < 300 for status in asked) > 100
    check_unharmed(bystander)


CHECKED = ("not_a_server_error", "response_schema_conformance", "status_code_conformance", "content_type_conformance")

NAMES = [get_args(kind.model_fields["do"].annotation)[0] for kind in get_args(Command)]
HARMLESS = [name for name in NAMES if name != "change"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)
FIELDS = sorted({field for kind in get_args(Command) for field in kind.model_fields} - {"do"})
NEARLY = st.builds(
    lambda do, more: json.dumps({"do": do, **more}),
    st.sampled_from([*HARMLESS, "", "plai", "__class__", "ping", "recover"]),
    st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4),
)
RIGHT = st.sampled_from(
    [json.dumps({"do": do}) for do in ("play", "pause", "reset", "restart_worker")]
    + [json.dumps({"do": "drawn", "seq": seq}) for seq in (0, 3, 10**9)]
    + [json.dumps({"do": "seek", "step": 10**9}), json.dumps({"do": "start", "experiments": [{}] * 4})]
)
DEEP = st.integers(1, 3000).map(lambda depth: "[" * depth)
LONG = st.integers(200_000, 300_000)  # a command of so many bytes, made where it is sent
SENT = NEARLY | RIGHT | st.text(max_size=60) | st.binary(max_size=200) | DEEP | VALUES.map(json.dumps) | LONG


def test_a_websocket_takes_anything(target: Served, bystander: Page) -> None:
    """Malformed, oversized, out of order, binary: each is obeyed or refused, or the connection closed with 1009."""
    session = target.begin()
    sent = 0

    @given(messages=st.lists(SENT, min_size=30, max_size=30))
    @settings(
        max_examples=FRAMES // 30 + 1,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        print_blob=False,
    )
    def send(messages: list[str | bytes | int]) -> None:
        nonlocal sent
        with target.page(session) as page:
            for message in messages:
                sent += 1
                with suppress(ConnectionClosed):
                    page.socket.send(long(message) if isinstance(message, int) else message)
            with suppress(ConnectionClosed):
                page.send("the end")  # refused when everything before it has been read
                while page.hear().get("do") != "the end":
                    pass
            code = page.socket.close_code
            assert code in (None, 1009), code

    send()
    assert sent >= 1000
    assert target.about(session)["alive"]
    check_unharmed(bystander)
    target.end(session)


@given(junk=st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=5), cut=st.booleans())
@settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_bytes_that_are_no_websocket_frames_close_the_connection_only(
    target: Served, bystander: Page, junk: list[bytes], cut: bool
) -> None:
    """Below the library: raw bytes after the handshake, reserved bits, wrong masks, a frame that never ends."""
    with raw(target, "/api/sessions/x/live") as line:
        for piece in junk:
            with suppress(OSError):
                line.sendall(piece)
        if cut:
            with suppress(OSError):
                line.sendall(Frame(Opcode.TEXT, b"x" * 100).serialize(mask=True)[:50])


def test_a_message_that_announces_gigabytes_is_not_waited_for(target: Served, bystander: Page) -> None:
    session = target.begin()
    with raw(target, f"/api/sessions/{session}/live") as line:
        line.sendall(b"\x81\xff" + (2**40).to_bytes(8, "big") + b"\0\0\0\0" + b"x" * 1000)
        while line.recv(2**16):
            pass  # until it hangs up
    check_unharmed(bystander)
    target.end(session)


@given(lines=st.lists(st.binary(max_size=100), max_size=6))
@settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_bytes_that_are_no_http_are_answered_or_dropped(target: Served, bystander: Page, lines: list[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", target.port), timeout=20) as line, suppress(OSError):
        line.sendall(b"\r\n".join([*lines, b"", b""]))
        line.shutdown(socket.SHUT_WR)
        assert not line.recv(2**16).startswith(b"HTTP/1.1 5")


def test_no_session_hears_of_another(target: Served) -> None:
    one, two = target.begin(PLAIN), target.begin({"data": {"name": "circles"}})
    with target.page(one) as first, target.page(two) as second:
        first.send("seek", step=111)
        first.until("state", step=111)
        second.send("inspect", tensor="mine", index=[1])
        while (message := second.hear())["kind"] != "inspected":
            assert message.get("step") != 111
            lanes = {"hello": message.get("lanes"), "lane": [message]}.get(message["kind"], [])
            assert all(lane["experiment"]["data"]["name"] == "circles" for lane in lanes)
    for session in (one, two):
        target.end(session)


def long(size: int) -> str:
    """A command of so many bytes."""
    return json.dumps({"do": "inspect", "tensor": "x" * size, "index": []})


def raw(target: Served, path: str) -> socket.socket:
    """A WebSocket whose handshake is done, as a bare socket."""
    line = socket.create_connection(("127.0.0.1", target.port), timeout=20)
    head = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{target.port}", "Upgrade: websocket", "Connection: Upgrade"]
    head += [f"Authorization: Bearer {TOKEN}", "Sec-WebSocket-Version: 13"]
    head += ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]
    line.sendall("\r\n".join([*head, "", ""]).encode())
    assert line.recv(12) == b"HTTP/1.1 101"
    return line
