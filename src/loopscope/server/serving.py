"""Serve until told to stop, and leave no process behind. Knows no route."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .opening import Place
from .settings import Settings
from .starting import Starter
from .workers import Workers

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp


def _nothing() -> None: ...


def serve(
    place: Place, settings: Settings, begun: Callable[[], None] = _nothing, ready: Callable[[], None] = _nothing
) -> None:
    """Serve at a place that listens already, until SIGINT or SIGTERM.

    `begun` is called as soon as these two end it well, `ready` once pages are answered.
    """
    with _kept_signals() as early:
        begun()
        asyncio.run(_serve(place, settings, ready, early))


async def _serve(place: Place, settings: Settings, ready: Callable[[], None], early: list[int]) -> None:
    workers = Workers(settings, Starter())
    workers.warm()
    await asyncio.sleep(0)  # the worker begins to import torch while this process imports the server
    import uvicorn

    from .app import make_app

    server = uvicorn.Server(configured(make_app(settings, workers), settings))
    _end_quietly(server)
    telling = asyncio.create_task(_tell(server, ready, early))
    await server.serve(sockets=[place.socket])
    telling.cancel()


def configured(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves it."""
    import uvicorn

    from ..worker.commands import MAX_COMMAND_BYTES
    from .hurry import hurried

    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="on",
        ws_max_size=2 * MAX_COMMAND_BYTES,  # what is a little too long is still told so in our words
        ws_per_message_deflate=False,  # arrays hardly shrink, and each frame would cost milliseconds
        ws_ping_interval=20.0,
        ws_ping_timeout=60.0,
        timeout_graceful_shutdown=5,
        server_header=False,
        http=hurried(settings.limits),  # on h11, the one that knows the next bound
        h11_max_incomplete_event_size=64 * 1024,
    )


def _end_quietly(server: Any) -> None:
    """uvicorn ends well on SIGINT and SIGTERM, and then raises them once more: that is not needed."""
    caught: list[int] = server._captured_signals
    captured = server.capture_signals

    @contextmanager
    def capture() -> Generator[None, None, None]:
        with captured():
            try:
                yield
            finally:
                caught.clear()

    server.capture_signals = capture


async def _tell(server: Any, ready: Callable[[], None], early: list[int]) -> None:
    while not server.started:
        server.should_exit = server.should_exit or bool(early)
        await asyncio.sleep(0.01)
    ready()


@contextmanager
def _kept_signals() -> Generator[list[int], None, None]:
    """SIGINT and SIGTERM of the second in which there is no server yet: raised there, they leave half-made workers."""
    early: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    former = {number: signal.signal(number, lambda number, frame: early.append(number)) for number in numbers}
    try:
        yield early
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
