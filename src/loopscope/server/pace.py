"""How fast a page may send: what comes faster waits its turn, and its sender with it. Refuses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

SLEEP: Callable[[float], Awaitable[None]] = asyncio.sleep


class Pace:
    """A bucket of turns that fills at `per_second`, and holds those of one second."""

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = SLEEP,
    ) -> None:
        self._per_second, self._sleep = per_second, sleep
        self._clock = clock or asyncio.get_running_loop().time
        self._left, self._filled_at = per_second, self._clock()

    async def turn(self) -> None:
        """Take a turn, after waiting for it where none is left."""
        now = self._clock()
        self._left = min(self._per_second, self._left + (now - self._filled_at) * self._per_second)
        self._filled_at = now
        self._left -= 1
        if self._left < 0:
            await self._sleep(-self._left / self._per_second)
