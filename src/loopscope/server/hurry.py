"""Connections on which a request has to come whole in time, or a few half-said ones keep everyone out. Knows no route.

uvicorn bounds the wait between two requests, not within one.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from .settings import Limits


class Hurried(H11Protocol):
    """Hangs up where a head takes longer than `head_s`, or a body longer than twice `body_s`.

    Whoever waits for a body answers that it is late before that; this is for bodies that nobody waits for.
    """

    limits: ClassVar[Limits]

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self._awaited: object = None
        self._hanging_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect(h11.IDLE)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        upgraded = self.transport.get_protocol() is not self  # a WebSocket, which has its own pings
        self._expect(None if upgraded else self.conn.their_state)

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect(None)
        super().connection_lost(exc)

    def _expect(self, awaited: object) -> None:
        """What the other side is in the midst of: as long as it is the same, the clock goes on."""
        if awaited is self._awaited:
            return
        self._awaited = awaited
        if self._hanging_up is not None:
            self._hanging_up.cancel()
        seconds = {h11.IDLE: self.limits.head_s, h11.SEND_BODY: 2 * self.limits.body_s}.get(awaited)
        self._hanging_up = None if seconds is None else self.loop.call_later(seconds, self.transport.close)


def hurried(of: Limits) -> type[Hurried]:
    """The protocol with these limits."""

    class WithLimits(Hurried):
        limits = of

    return WithLimits
