"""The WebSocket of a page that watches a sweep: a process of its own, from its opening to its end. Knows no tile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from ..errors import Problem, UserMistake
from ..worker.commands import MAX_COMMAND_BYTES
from ..worker.tile_commands import tile_command_of
from . import frames
from .child import Child
from .live import TOO_LONG, asked
from .pace import Pace
from .session import refused
from .settings import Settings
from .starting import Starter

NO_PLACE = "All {} places for sweeps are taken by pages that are open. Close one of them, and try again."


class Tilings:
    """The processes of all such pages. `close` ends them."""

    def __init__(self, settings: Settings, starter: Starter) -> None:
        self.settings, self._starter = settings, starter
        self._command = (*settings.tiling, "--home", str(settings.home))
        self._children: set[Child] = set()
        self._places = 0

    @property
    def full(self) -> bool:
        """Whether every place is taken."""
        return self._places >= self.settings.limits.sweeps

    @contextlib.asynccontextmanager
    async def child(self) -> AsyncGenerator[Child, None]:
        """A process that ends with the block."""
        self._places += 1
        child: Child | None = None
        try:
            child = await self._starter.start(self._command, self.settings.limits)
            self._children.add(child)
            yield child
        finally:
            self._places -= 1
            if child is not None:
                self._children.discard(child)
                await asyncio.shield(child.end())

    async def close(self) -> None:
        """End all, side by side."""
        await asyncio.gather(*(child.end() for child in self._children))


def tiling(tilings: Tilings) -> APIRouter:
    """`/api/sweeps/live`."""
    router = APIRouter()

    @router.websocket("/api/sweeps/live")
    async def relay(socket: WebSocket) -> None:
        await socket.accept()
        if tilings.full:
            await socket.send_bytes(_gone(NO_PLACE.format(tilings.settings.limits.sweeps), 1))
            await socket.close()
            return
        async with tilings.child() as child:
            await _Relay(socket, child, Pace(tilings.settings.limits.commands_per_second)).run()

    return router


class _Relay:
    """One page and its process; when either has gone, the other goes."""

    def __init__(self, socket: WebSocket, child: Child, pace: Pace) -> None:
        self._socket, self._child, self._pace = socket, child, pace
        self._told = 0
        self._news: asyncio.Queue[bytes | None] = asyncio.Queue()  # the process waits for what is drawn
        child.hear = lambda kind, message: self._news.put_nowait(message)
        child.left = lambda reason: self._news.put_nowait(None)

    async def run(self) -> None:
        both = [asyncio.create_task(each()) for each in (self._tell, self._obey)]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
        for error in await asyncio.gather(*both, return_exceptions=True):
            if isinstance(error, BaseException) and not self._is_goodbye(error):
                raise error

    def _is_goodbye(self, error: BaseException) -> bool:
        if isinstance(error, RuntimeError):  # Starlette's word for sending after the other task has closed
            return WebSocketState.DISCONNECTED in (self._socket.application_state, self._socket.client_state)
        return isinstance(error, (WebSocketDisconnect, ConnectionError, asyncio.CancelledError))

    async def _tell(self) -> None:
        while (message := await self._news.get()) is not None:
            self._told += 1
            await self._socket.send_bytes(frames.numbered(message, self._told))
        await self._socket.send_bytes(_gone(f"The process is gone: {self._child.reason}", self._told + 1))
        await self._socket.close()

    async def _obey(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            await self._pace.turn()
            text = message.get("text")
            if text is None:
                await self._refuse("", [Problem("command", "bytes", "text", "Send JSON text.")])
            elif len(text) > MAX_COMMAND_BYTES:
                await self._socket.close(TOO_LONG, f"A command has at most {MAX_COMMAND_BYTES:,} bytes.")
                return
            else:
                await self._pass_on(text)

    async def _pass_on(self, text: str) -> None:
        try:
            command = tile_command_of(text)
        except UserMistake as mistake:
            await self._refuse(asked(text), list(mistake.problems))
            return
        self._child.send(command.model_dump(mode="json"))
        await self._child.room()

    async def _refuse(self, do: str, problems: list[Problem]) -> None:
        await self._socket.send_bytes(refused(do, problems, self._told))


def _gone(reason: str, seq: int) -> bytes:
    message: Mapping[str, Any] = {"kind": "worker", "alive": False, "reason": reason}
    return frames.numbered(frames.packed(message), seq)
