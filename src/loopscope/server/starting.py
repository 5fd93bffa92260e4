"""Starts child processes the fastest way this system has. Never knows what is said to them."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence

from ..worker.fork_server import MODULES
from .child import Child
from .forking import AVAILABLE, STREAM_BYTES, ForkServer
from .settings import Limits


class Starter:
    """Forks our own modules where it can, which takes milliseconds; what else there is it starts as it is."""

    def __init__(self) -> None:
        self._fork_server = ForkServer() if AVAILABLE else None

    async def start(self, command: Sequence[str], limits: Limits) -> Child:
        """A child, in a session of its own: Ctrl-C in the terminal is the server's alone to answer."""
        python, option, module, *arguments = (*command, "", "", "")[: max(3, len(command))]
        if self._fork_server is not None and (python, option) == (sys.executable, "-Pm") and module in MODULES:
            return Child(await self._fork_server.start(module, arguments), limits)
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True, limit=STREAM_BYTES
        )
        return Child(process, limits)

    async def close(self) -> None:
        """Forks no more."""
        if self._fork_server is not None:
            await self._fork_server.close()
