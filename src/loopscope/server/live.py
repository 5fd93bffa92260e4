"""The WebSocket of a page: commands in, messages out, each at its own pace. Never knows what is drawn of it."""

from __future__ import annotations

import asyncio
import contextlib
import json

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from ..errors import Problem, UserMistake
from ..worker.commands import MAX_COMMAND_BYTES, command_of
from .pace import Pace
from .session import Listener, Session, refused
from .sessions import Sessions

NO_SESSION = 4404
TOO_LONG = 1009
GONE = "This session has ended; make a new one."


def live(sessions: Sessions, commands_per_second: float) -> APIRouter:
    """`/api/sessions/{session}/live`."""
    router = APIRouter()

    @router.websocket("/api/sessions/{name}/live")
    async def relay(socket: WebSocket, name: str) -> None:
        await socket.accept()
        session = sessions.get(name)
        if session is None:
            await socket.close(NO_SESSION, GONE)
            return
        after = _number(socket.query_params.get("after", ""))
        await _Relay(socket, session, Pace(commands_per_second)).run(after)

    return router


class _Relay:
    """One page of one session."""

    def __init__(self, socket: WebSocket, session: Session, pace: Pace) -> None:
        self._socket, self._session, self._pace = socket, session, pace
        self._told = 0

    async def run(self, after: int | None) -> None:
        """Until either side has gone."""
        listener = self._session.enter()
        both = [asyncio.create_task(self._tell(listener, after)), asyncio.create_task(self._obey())]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._session.leave(listener)
            for task in both:
                task.cancel()
        for error in await asyncio.gather(*both, return_exceptions=True):
            if isinstance(error, BaseException) and not self._is_goodbye(error):
                raise error

    def _is_goodbye(self, error: BaseException) -> bool:
        """Whether it is one of the many ways in which a connection ends."""
        if isinstance(error, RuntimeError):  # Starlette's word for sending after the other task has closed
            return WebSocketState.DISCONNECTED in (self._socket.application_state, self._socket.client_state)
        return isinstance(error, (WebSocketDisconnect, ConnectionError, asyncio.CancelledError))

    async def _tell(self, listener: Listener, after: int | None) -> None:
        """Everything after the last message that the page has seen, one by one as fast as it takes them."""
        ring = self._session.ring
        resumed = after is not None and ring.holds_after(after)
        await self._greet(after if resumed and after is not None else None)
        while not self._session.closed:
            listener.news.clear()
            while self._told < ring.last:
                message = ring.get(self._told + 1)
                if message is None:  # too slow: what it missed is gone, and what it needs is the state by now
                    await self._greet(None)
                else:
                    await self._socket.send_bytes(message)
                    self._told += 1
            await listener.news.wait()
        await self._socket.close(NO_SESSION, GONE)

    async def _greet(self, resume_after: int | None) -> None:
        self._told = self._session.fresh_from if resume_after is None else resume_after
        await self._socket.send_bytes(self._session.hello(resume_after is not None, self._told))

    async def _obey(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            await self._pace.turn()
            text = message.get("text")
            if text is None:
                binary = Problem("command", f"{len(message.get('bytes') or b''):,} bytes", "text", "Send JSON text.")
                await self._refuse("", [binary])
            elif len(text) > MAX_COMMAND_BYTES:
                await self._socket.close(TOO_LONG, f"A command has at most {MAX_COMMAND_BYTES:,} bytes.")
                return
            else:
                await self._pass_on(text)

    async def _pass_on(self, text: str) -> None:
        try:
            command = command_of(text)
        except UserMistake as mistake:
            await self._refuse(asked(text), mistake.problems)
            return
        problems = await self._session.obey(command)
        if problems:
            await self._refuse(command.do, problems)

    async def _refuse(self, do: str, problems: list[Problem] | tuple[Problem, ...]) -> None:
        await self._socket.send_bytes(refused(do, problems, self._told))


def asked(text: str) -> str:
    """What a command that cannot be read was meant to do, as far as it says."""
    with contextlib.suppress(ValueError, RecursionError):
        said = json.loads(text)
        if isinstance(said, dict) and isinstance(said.get("do"), str):
            return said["do"][:40]
    return ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
