"""A server of its own on loopback for whoever asks, and clients that speak to it as a page does."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgpack
import pytest
import uvicorn
from websockets.sync.client import ClientConnection, connect

from loopscope.server.app import make_app
from loopscope.server.opening import listen
from loopscope.server.serving import configured
from loopscope.server.sessions import Sessions
from loopscope.server.settings import ERRANDS, SERIES, Limits, Settings
from loopscope.server.shelf import Shelf
from loopscope.server.starting import Starter
from loopscope.server.workers import Workers

FAKE = (sys.executable, str(Path(__file__).with_name("fake_worker.py")))
TOKEN = "a-token-for-tests"
PLAIN = {"data": {"name": "moons"}}
WAIT_S = 20


def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Run in a thread of its own: where a browser's tests share the process, this one's loop is running already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


class Page:
    """A connection to a session, as a page has one."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def send(self, do: str, **more: Any) -> None:
        self.socket.send(json.dumps({"do": do, **more}))

    def hear(self) -> dict[str, Any]:
        """The next message."""
        return msgpack.unpackb(self.socket.recv(timeout=WAIT_S), strict_map_key=False)

    def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next message of that kind, with these fields."""
        while True:
            message = self.hear()
            if message["kind"] == kind and all(message.get(key) == value for key, value in fields.items()):
                return message

    def frame(self) -> dict[str, Any]:
        """The next frame, said to be drawn."""
        message = self.until("events")
        self.send("drawn", seq=message["seq"])
        return message


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    settings: Settings
    sessions: Sessions

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cookie(self) -> dict[str, str]:
        return {"cookie": f"loopscope-{self.port}={TOKEN}"}

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A request that holds the token."""
        headers = {"authorization": f"Bearer {TOKEN}", **more.pop("headers", {})}
        return httpx.request(method, self.url + path, headers=headers, timeout=60, **more)

    def begin(self, *experiments: dict[str, Any]) -> str:
        answer = self.ask("POST", "/api/sessions", json={"experiments": list(experiments) or [PLAIN]})
        assert answer.status_code == 200, answer.text
        return answer.json()["session"]

    def end(self, session: str) -> None:
        assert self.ask("DELETE", f"/api/sessions/{session}").status_code == 204

    def about(self, session: str) -> dict[str, Any]:
        return self.ask("GET", f"/api/sessions/{session}").json()

    @contextmanager
    def page(self, session: str, after: object = None, **more: Any) -> Iterator[Page]:
        query = "" if after is None else f"?after={after}"
        address = f"ws://127.0.0.1:{self.port}/api/sessions/{session}/live{query}"
        headers = more.pop("additional_headers", self.cookie)
        more.setdefault("max_queue", None)  # with what is unread in its way, the client's goodbye takes ten seconds
        with connect(address, additional_headers=headers, compression=None, max_size=None, **more) as socket:
            yield Page(socket)


Serve = Callable[..., Served]


@contextmanager
def serving(
    home: Path,
    *,
    worker: tuple[str, ...] = FAKE,
    errands: tuple[str, ...] = ERRANDS,
    page: Path | None = None,
    shelf: Shelf | None = None,
    series: Path = SERIES,
    written: Path | None = None,
    **limits: Any,
) -> Iterator[Served]:
    """A server in a thread of this process, workers in processes of their own."""
    built = page or home / "no-page"
    settings = Settings(
        home, TOKEN, limits=Limits(**limits), worker=worker, errands=errands, page=built, series=series, written=written
    )
    place = listen("127.0.0.1", 0)
    workers = Workers(settings, Starter())
    sessions = Sessions(workers, settings.limits)
    server = uvicorn.Server(configured(make_app(settings, workers, sessions, shelf), settings))
    started = threading.Event()

    async def run() -> None:
        task = asyncio.create_task(server.serve(sockets=[place.socket]))
        while not server.started:
            await asyncio.sleep(0.005)
        started.set()
        await task

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert started.wait(WAIT_S)
    try:
        yield Served(place.port, settings, sessions)
    finally:
        server.should_exit = True
        thread.join(WAIT_S)
        assert not thread.is_alive(), "the server did not end"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with fake workers, shared by the tests of a file."""
    with serving(tmp_path_factory.mktemp("home"), watch_every_s=0.2, silence_s=1.0, memory_mb=100) as one:
        yield one
