"""A request's body as it comes: no longer than allowed, and whole in time. Never looks into it."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive


class TooLarge(HTTPException):
    """More has come than a request may hold, without having said so before."""

    def __init__(self) -> None:
        super().__init__(413)


class TooSlow(HTTPException):
    """The body was not whole in time."""

    def __init__(self) -> None:
        super().__init__(408, headers={"connection": "close"})


class Body:
    """Stands for an ASGI `receive`: at most `most` bytes, whole within `seconds` from the first look at it.

    Raises `TooLarge`, `TooSlow`. What follows a whole body, which is that the client has gone, may take its time.
    """

    def __init__(self, receive: Receive, most: int, seconds: float) -> None:
        self._receive, self._left, self._seconds = receive, most, seconds
        self._until: float | None = None
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()
        message = await self._in_time()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooLarge
        self._whole = not message.get("more_body", False)
        return message

    async def _in_time(self) -> Message:
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(self._until):
                return await self._receive()
        except TimeoutError:
            raise TooSlow from None
