"""Who may talk to the server, and how much they may send: Host, Origin, token, size, time; the headers of all answers.

Against DNS rebinding (a foreign name that resolves to 127.0.0.1) stands the check of Host, against other pages in the
same browser that of Origin and a cookie that no other site's request carries, against other people on the same machine
or network the token. Never knows what is asked for.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .answers import SENTENCES, refusal
from .body import Body
from .settings import Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ENTER = 'const here = new URL(location); here.searchParams.delete("token"); location.replace(here)'
ENTER_HASH = base64.b64encode(hashlib.sha256(ENTER.encode()).digest()).decode()
POLICY = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' 'sha256-{ENTER_HASH}'",  # of ENTER, the only script that stands in a page
        "img-src 'self' data: blob:",  # a figure as a picture to download
        "font-src 'self' data:",  # Vite puts small fonts into the style sheet
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
NO_TOKEN = 4401
LINK = """<!doctype html><meta charset="utf-8"><title>loopscope</title>
<p>This page needs its token: open the link that <code>loopscope lab</code> printed, the part after <code>?token=</code>
too. If you have just done so, <a href="/">go on</a>.</p>
"""
ENTERED = f"""<!doctype html><meta charset="utf-8"><title>loopscope</title>
<script>{ENTER}</script><p><a href="/">Go on</a></p>
"""


class Gate:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        send = _with_headers(send)
        refused = self._refusal(scope)
        if refused is None:
            limits = self._settings.limits
            http = scope["type"] == "http"
            await self._app(scope, Body(receive, self._most(scope), limits.body_s) if http else receive, send)
        elif scope["type"] == "http":
            await refused(scope, receive, send)
        else:
            await _close(refused.status_code, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        """Why this request goes no further, as its answer; None where it may pass."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._known(host):
            return refusal(403, "Host", host, "the name under which this server was started", _try_link())
        origin = headers.get("origin")
        if origin is not None and not _same(origin, host):
            return refusal(403, "Origin", origin, "this page's own, or none", "Other pages may not ask here.")
        page, query = _asks_for_page(scope), _query(scope)
        if page and self._is_token(query.get("token", "")):  # also where the cookie is there already
            return self._let_in(scope["path"], query, headers)
        if self._holds_token(headers, host):
            return self._too_large(scope, headers)
        if page and "text/html" in headers.get("accept", ""):
            return HTMLResponse(LINK, 401)
        return refusal(401, "token", None, "the token in the link that loopscope lab printed", SENTENCES[401])

    def _known(self, host: str) -> bool:
        name = _name_of(host)
        if name in LOOPBACK or name in self._settings.hosts:
            return True
        return "*" in self._settings.hosts and _is_address(name)

    def _holds_token(self, headers: Headers, host: str) -> bool:
        return self._is_token(_cookie(headers, cookie_name(host))) or self._is_token(_bearer(headers))

    def _is_token(self, said: str) -> bool:
        return secrets.compare_digest(said.encode("utf-8", "replace"), self._settings.token.encode())

    def _let_in(self, path: str, query: Mapping[str, str], headers: Headers) -> Response:
        """Keep the token in a cookie, and out of the address bar, the history and every screenshot.

        Who comes from a file or another site would be redirected without the cookie: it is for this site's own steps
        only. So a page of ours takes that step.
        """
        rest = {name: value for name, value in query.items() if name != "token"}
        plain = "/" + path.lstrip("/\\")  # two slashes would be another site's address
        if headers.get("sec-fetch-site") == "cross-site":
            answer: Response = HTMLResponse(ENTERED)
        else:
            answer = RedirectResponse(f"{plain}?{urlencode(rest)}" if rest else plain, 303)
        name = cookie_name(headers.get("host", ""))
        answer.set_cookie(name, self._settings.token, httponly=True, samesite="strict", path="/")
        answer.headers["cache-control"] = "no-store"
        return answer

    def _most(self, scope: Scope) -> int:
        limits = self._settings.limits
        return limits.table_bytes if scope["path"] == "/api/tables" else limits.body_bytes

    def _too_large(self, scope: Scope, headers: Headers) -> Response | None:
        length, most = headers.get("content-length", "0"), self._most(scope)
        if length.isascii() and length.isdecimal() and len(length) < 20 and int(length) <= most:
            return None
        return _too_large(most, length)


def cookie_name(host: str) -> str:
    """Browsers keep one jar for all ports of a name: two labs side by side need two names."""
    port = host.rpartition(":")[2]
    return f"loopscope-{port}" if port.isascii() and port.isdecimal() else "loopscope"


def _cookie(headers: Headers, name: str) -> str:
    """Browsers send the cookies of all ports of a name: one that another program has garbled must not hide ours."""
    return cookie_parser(headers.get("cookie", "")).get(name, "")


def _asks_for_page(scope: Scope) -> bool:
    """Whether a person may have typed or followed this address."""
    return scope["type"] == "http" and scope["method"] == "GET" and not scope["path"].startswith("/api/")


def _query(scope: Scope) -> dict[str, str]:
    return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))


def _bearer(headers: Headers) -> str:
    """For programs: `Authorization: Bearer TOKEN`."""
    kind, _, said = headers.get("authorization", "").partition(" ")
    return said.strip() if kind.lower() == "bearer" else ""


def _name_of(host: str) -> str:
    """The name in a Host header, without port and brackets; empty where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or "" if not set(host) & set("/?#@\\ \t") else ""
    except ValueError:
        return ""


def _same(origin: str, host: str) -> bool:
    scheme, _, place = origin.partition("://")
    return scheme in ("http", "https") and place.lower() == host.lower()


def _is_address(name: str) -> bool:
    """Rebinding needs a name: an address in numbers is what it says."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _try_link() -> str:
    return "Open the link that loopscope lab printed; --host NAME allows another name."


def _too_large(most: int, came: object) -> Response:
    return refusal(413, "body", came, f"at most {most:,} bytes", "Send less at once.")


async def _close(status: int, receive: Receive, send: Send) -> None:
    """A page whose token has gone is told so by a code it can read; a foreign one gets no connection."""
    await receive()
    if status == 401:
        await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": NO_TOKEN, "reason": SENTENCES[401]})


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending
