"""Who may talk to the server: every way of being refused, and the headers of every answer."""

from __future__ import annotations

import base64
import hashlib
import re
import socket

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from loopscope.server.app import make_app
from loopscope.server.serving import configured

from .conftest import TOKEN, Served


def bare(served: Served, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """A request with these headers and no others that matter."""
    return httpx.request(method, served.url + path, headers=headers, timeout=30)


def problem(answer: httpx.Response) -> dict[str, object]:
    (only,) = answer.json()["problems"]
    assert set(only) == {"field", "value", "allowed", "try_next"}
    return only


def test_the_opening_link_becomes_a_cookie_and_a_plain_address(served: Served) -> None:
    answer = bare(served, f"/?token={TOKEN}&theme=dark")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?theme=dark"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"loopscope-{served.port}={TOKEN};")
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie
    with httpx.Client(base_url=served.url, follow_redirects=True) as browser:
        assert browser.get(f"/?token={TOKEN}").status_code == 200
        assert browser.get("/api/presets").status_code == 200


def test_the_link_opened_again_leaves_no_token_in_the_address_either(served: Served) -> None:
    answer = bare(served, f"/?token={TOKEN}&theme=dark", cookie=f"loopscope-{served.port}={TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?theme=dark")


def test_who_comes_from_a_file_takes_the_last_step_from_a_page_of_ours(served: Served) -> None:
    """A redirect from elsewhere would come without a cookie that is for this site's own steps only."""
    answer = bare(served, f"/?token={TOKEN}", **{"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200 and answer.headers["set-cookie"].startswith(f"loopscope-{served.port}={TOKEN};")
    assert TOKEN not in answer.text and answer.headers["cache-control"] == "no-store"
    (script,) = re.findall(r"<script>(.*?)</script>", answer.text)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("other", ['prefs={"a":1}', "a b=c", 'x="unclosed', "bad[]=1", "=", "alone"])
def test_cookies_of_programs_on_other_ports_do_not_hide_ours(served: Served, other: str) -> None:
    ours = f"loopscope-{served.port}={TOKEN}"
    for cookie in (f"{other}; {ours}", f"{ours}; {other}"):
        assert bare(served, "/api/presets", cookie=cookie).status_code == 200


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "///evil.example"])
def test_the_redirect_stays_here(served: Served, path: str) -> None:
    answer = bare(served, f"{path}?token={TOKEN}")
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/") and not answer.headers["location"].startswith(("//", "/\\"))


@pytest.mark.parametrize("path", ["/", "/api/presets", "/openapi.json", "/assets/x.js", "/api/sessions/x", "/nowhere"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": f"Basic {TOKEN}"},
        {"authorization": "Bearer"},
        {"cookie": "loopscope=; =;;; @@"},
        {"cookie": f"loopscope-1={TOKEN}"},
    ],
)
def test_without_the_token_nothing_is_told(served: Served, path: str, headers: dict[str, str]) -> None:
    answer = bare(served, path, **headers)
    assert answer.status_code == 401
    assert problem(answer)["field"] == "token"
    assert TOKEN not in answer.text


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN[:-1], "%ff", "ä"])
def test_a_wrong_token_opens_nothing(served: Served, token: str) -> None:
    answer = httpx.get(f"{served.url}/", params={"token": token}, headers={"accept": "text/html"})
    assert answer.status_code == 401 and "set-cookie" not in answer.headers
    assert "loopscope lab" in answer.text


def test_the_token_in_an_api_address_is_not_taken(served: Served) -> None:
    """It would stand in logs and histories; only the opening link carries it, and is left at once."""
    assert bare(served, f"/api/presets?token={TOKEN}").status_code == 401


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example:80", "evil.example:8765", "", "127.0.0.1@evil.example", "[::1", "0x7f.1"],
)
def test_a_foreign_host_is_refused_even_with_the_token(served: Served, host: str) -> None:
    """A name that resolves to 127.0.0.1 (DNS rebinding) is still a foreign name."""
    answer = bare(served, "/api/presets", host=host, authorization=f"Bearer {TOKEN}")
    assert answer.status_code == 403
    assert problem(answer)["field"] == "Host"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST:9"])
def test_loopback_is_known_by_all_its_names(served: Served, host: str) -> None:
    assert bare(served, "/api/presets", host=host, authorization=f"Bearer {TOKEN}").status_code == 200


ORIGINS = ["http://evil.example", "null", "http://127.0.0.1:1", "file://", "http://localhost", "https://127.0.0.1"]


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_another_sites_requests_are_refused(served: Served, origin: str, method: str) -> None:
    answer = bare(served, "/api/sessions", method, origin=origin, **served.cookie)
    assert answer.status_code == 403
    assert problem(answer)["field"] == "Origin"
    assert "access-control-allow-origin" not in answer.headers


def test_the_pages_own_requests_pass(served: Served) -> None:
    assert bare(served, "/api/presets", origin=served.url, **served.cookie).status_code == 200


@pytest.mark.parametrize("origin", ORIGINS)
def test_another_sites_websocket_gets_no_connection(served: Served, origin: str) -> None:
    session = served.begin()
    headers = {**served.cookie, "origin": origin}
    with pytest.raises(InvalidStatus) as refused, served.page(session, additional_headers=headers):
        pass
    assert refused.value.response.status_code == 403
    served.end(session)


def test_a_websocket_under_a_foreign_name_gets_no_connection(served: Served) -> None:
    here = socket.create_connection(("127.0.0.1", served.port))
    with (
        pytest.raises(InvalidStatus) as refused,
        connect("ws://evil.example/api/sessions/x/live", sock=here, additional_headers=served.cookie),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_a_websocket_without_token_is_told_so_and_closed(served: Served) -> None:
    session = served.begin()
    address = f"ws://127.0.0.1:{served.port}/api/sessions/{session}/live"
    with connect(address) as page, pytest.raises(ConnectionClosed) as closed:
        page.recv(timeout=20)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4401
    served.end(session)


@pytest.mark.parametrize("path", ["/", "/api/presets", "/nowhere", "/openapi.json"])
@pytest.mark.parametrize("token", [True, False])
def test_every_answer_carries_the_policy(served: Served, path: str, token: bool) -> None:
    answer = served.ask("GET", path) if token else bare(served, path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy and "http:" not in policy and "https:" not in policy and "*" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_body_is_bounded_whether_or_not_it_says_its_length(served: Served) -> None:
    most = served.settings.limits.body_bytes
    said = served.ask("POST", "/api/experiment", content=b"x" * (most + 1))
    assert said.status_code == 413 and problem(said)["field"] == "body"

    def chunks():
        for _ in range(most // 65536 + 2):
            yield b"x" * 65536

    unsaid = served.ask("POST", "/api/experiment", content=chunks(), headers={"content-type": "application/json"})
    assert unsaid.status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 30])
def test_a_length_that_is_none_is_refused(served: Served, length: str) -> None:
    try:
        answer = served.ask("POST", "/api/experiment", content=b"{}", headers={"content-length": length})
    except httpx.HTTPError:
        return  # uvicorn hangs up before we are asked
    assert answer.status_code in (400, 413)


def test_listening_everywhere_takes_addresses_in_numbers_but_no_foreign_names() -> None:
    from pathlib import Path

    from loopscope.server.gate import Gate
    from loopscope.server.opening import hosts_of
    from loopscope.server.settings import Settings

    gate = Gate(lambda *_: None, Settings(Path(), TOKEN, hosts_of("0.0.0.0")))  # type: ignore[arg-type, return-value]
    assert gate._known("192.168.1.7:8765") and gate._known("[fe80::1]:1")
    assert not gate._known("evil.example") and not gate._known("")


def test_headers_are_bounded_whatever_else_is_installed(served: Served) -> None:
    from uvicorn.protocols.http.h11_impl import H11Protocol

    config = configured(make_app(served.settings), served.settings)
    config.load()
    # httptools, which uvicorn prefers where it finds it, does not know this bound
    assert issubclass(config.http_protocol_class, H11Protocol)
