"""Workers for sessions, one of them always warm: it has imported torch before anybody asks. Never sees a session."""

from __future__ import annotations

import asyncio

from .child import Child
from .settings import Settings
from .starting import Starter


class Workers:
    """Starts workers and keeps one spare. `close` ends the spare; whoever took a worker ends that one."""

    def __init__(self, settings: Settings, starter: Starter) -> None:
        self._settings, self.starter = settings, starter
        self._command = (*settings.worker, "--home", str(settings.home))
        self._spare: asyncio.Task[Child] | None = None
        self._warming: asyncio.TimerHandle | None = None
        self._closed = False

    def warm(self) -> None:
        """Have a spare ready, or on its way."""
        self._warming = None
        if self._spare is None and not self._closed:
            self._spare = asyncio.create_task(self._start())

    async def take(self) -> Child:
        """A worker, warm where there is one; the next spare is made a little later."""
        self.warm()
        spare, self._spare = self._spare, None
        if self._warming is None:
            self._warming = asyncio.get_running_loop().call_later(self._settings.limits.warm_after_s, self.warm)
        assert spare is not None, "no worker is asked for after the end"
        child = await asyncio.shield(spare)
        return child if child.alive else await self._start()

    async def close(self) -> None:
        """No more spares."""
        self._closed = True
        if self._warming is not None:
            self._warming.cancel()
        if self._spare is not None:
            await (await self._spare).end()
            self._spare = None

    async def _start(self) -> Child:
        return await self.starter.start(self._command, self._settings.limits)
