"""All live sessions: places for a few, an end for those that nobody looks at. Knows no WebSocket and no experiment."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import LoopscopeError
from .session import Session
from .settings import Limits
from .workers import Workers


class NoPlace(LoopscopeError):
    """Every place is taken by a session that somebody looks at."""


class Sessions:
    """Sessions by name. `create` raises `NoPlace`."""

    def __init__(self, workers: Workers, limits: Limits) -> None:
        self._workers, self._limits = workers, limits
        self._by_name: dict[str, Session] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def get(self, name: str) -> Session | None:
        """The session of that name, if it goes on."""
        return self._by_name.get(name)

    async def create(self, experiments: Sequence[Mapping[str, Any]]) -> Session:
        """A new session with a worker that starts the experiments."""
        if len(self._by_name) >= self._limits.sessions:
            self._make_place()
        session = Session(secrets.token_urlsafe(12), experiments, self._workers, self._limits)
        self._by_name[session.name] = session  # before anything is awaited, or two newcomers share the last place
        try:
            await session.begin()
        except BaseException:
            self._by_name.pop(session.name, None)
            raise
        return session

    async def end(self, name: str) -> bool:
        """End a session; False where there is none."""
        session = self._by_name.pop(name, None)
        if session is None:
            return False
        await session.end()
        return True

    async def tidy(self) -> None:
        """Forever: end what has been without a page for long."""
        while True:
            await asyncio.sleep(min(self._limits.linger_s / 4, 10))
            for session in self._lonely(self._limits.linger_s):
                self._end_aside(session)

    async def close(self) -> None:
        """End all sessions, at once and side by side."""
        await asyncio.gather(*(self.end(name) for name in list(self._by_name)), *self._ending)

    def _make_place(self) -> None:
        lonely = self._lonely(self._limits.yields_after_s)
        if not lonely:
            raise NoPlace(
                f"All {self._limits.sessions} places are taken by pages that are open. "
                "Close one of them, wait a moment, and try again."
            )
        self._end_aside(lonely[0])

    def _end_aside(self, session: Session) -> None:
        """In a task of its own, so that nobody waits for it, and nobody's going cuts it short."""
        del self._by_name[session.name]
        task = asyncio.create_task(session.end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def _lonely(self, seconds: float) -> list[Session]:
        """Sessions without a page for so long, the longest first."""
        now = asyncio.get_running_loop().time()
        lonely = [each for each in self._by_name.values() if not each.listeners and now - each.lonely_since >= seconds]
        return sorted(lonely, key=lambda session: session.lonely_since)
