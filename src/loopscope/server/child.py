"""One child process that obeys messages: spoken to, watched, ended. Never knows what the messages mean."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from . import frames, memory
from .settings import Limits

TAIL_BYTES = 4000
PING: Mapping[str, Any] = {"do": "ping"}


class Process(Protocol):
    """What a child runs in: asyncio's own, or a forked one. All three streams are there."""

    @property
    def pid(self) -> int | None: ...
    @property
    def stdin(self) -> asyncio.StreamWriter | None: ...
    @property
    def stdout(self) -> asyncio.StreamReader | None: ...
    @property
    def stderr(self) -> asyncio.StreamReader | None: ...
    async def wait(self) -> int | None: ...
    def kill(self) -> None: ...


class Child:
    """A worker, from its start to its end. `hear` gets every message but `pong`; `left` is told once why it ended."""

    def __init__(self, process: Process, limits: Limits) -> None:
        self._process, self._limits = process, limits
        self.hear: Callable[[str, bytes], None] = lambda kind, message: None
        self.left: Callable[[str], None] = lambda reason: None
        self.ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.reason = ""
        """why it ended, in a sentence; empty while it lives"""
        self._why_killed = ""
        self._tail = b""
        self._heard_at = self._now()
        self._pinged_at: float | None = None
        self._tasks = [asyncio.create_task(each()) for each in (self._listen, self._keep_tail, self._watch)]

    @property
    def pid(self) -> int | None:
        """None until it is born."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        return not self.reason

    @property
    def last_words(self) -> str:
        """What it said last on stderr."""
        return self._tail.decode("utf-8", "replace").strip()

    def send(self, message: Mapping[str, Any]) -> None:
        """Say something to it; where it has gone already, nothing happens, since `left` tells."""
        stream = self._process.stdin
        assert stream is not None
        if not stream.is_closing():
            stream.write(frames.framed(message))

    async def room(self) -> None:
        """Wait until it has taken most of what was sent, so that a busy one is not buried."""
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError):
            await self._process.stdin.drain()

    def kill(self, why: str) -> None:
        """End it at once."""
        self._why_killed = self._why_killed or why
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def end(self) -> None:
        """Let it close its records, then be gone: the end of its stdin tells it."""
        self._why_killed = self._why_killed or "it was ended."
        self._close_stdin()
        if not self.ready.done():
            self.kill("")  # it has no records to close, and would not hear of its end before it is ready
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._tasks[0]), self._limits.farewell_s)
        self.kill("")
        await asyncio.wait(self._tasks)

    async def _listen(self) -> None:
        try:
            assert self._process.stdout is not None
            while (message := await frames.read(self._process.stdout)) is not None:
                self._take(message)
        except frames.Broken as error:
            self.kill(f"it sent {error}.")
        except Exception as error:
            self.kill(f"its message could not be taken ({error!r}).")
            raise
        finally:
            code = await self._exit_code()
            self._close_stdin()
            self.reason = self._why_killed or reason_of(code, self.last_words)
            if not self.ready.done():
                self.ready.cancel()
            self.left(self.reason)

    def _take(self, message: bytes) -> None:
        self._heard_at, self._pinged_at = self._now(), None
        kind = frames.kind_of(message)
        if kind == "ready":
            if not self.ready.done():
                self.ready.set_result(frames.unpacked(message))
        elif kind != "pong":
            self.hear(kind, message)

    def _close_stdin(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()

    async def _exit_code(self) -> int | None:
        """Its stdout is closed, so it is on its way out, or has lost its way."""
        try:
            return await asyncio.wait_for(self._process.wait(), self._limits.farewell_s)
        except TimeoutError:
            self.kill("it closed its pipe and went on.")
            return await self._process.wait()

    async def _keep_tail(self) -> None:
        assert self._process.stderr is not None
        while more := await self._process.stderr.read(2**16):
            self._tail = (self._tail + more)[-TAIL_BYTES:]

    async def _watch(self) -> None:
        """Memory and silence, until it has ended."""
        while not self._tasks[0].done():
            await asyncio.wait(self._tasks[:1], timeout=self._limits.watch_every_s)
            await self._check_memory()
            self._check_silence()

    async def _check_memory(self) -> None:
        used = None if self.pid is None else await memory.resident_mb(self.pid)
        allowed = self._limits.memory_mb
        if used is not None and used > allowed:
            self.kill(
                f"it needed {used:,.0f} MB of memory; allowed {allowed:,} MB. Try fewer samples, units or layers."
            )

    def _check_silence(self) -> None:
        if not self.ready.done():
            if self._now() - self._heard_at > self._limits.start_s:
                self.kill(f"it did not start within {self._limits.start_s:g} s.")
        elif self._pinged_at is None:
            self._pinged_at = self._now()
            self.send(PING)
        elif self._now() - self._pinged_at > self._limits.silence_s:
            self.kill(
                f"it did not answer for {self._limits.silence_s:g} s. "
                "Try a smaller batch, fewer samples or a smaller model, so that a step takes less."
            )

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def reason_of(code: int | None, last_words: str) -> str:
    """Why a process ended that nobody asked to, from its exit code (None: not known) and what it said on stderr."""
    if code is None:
        return "it ended with the process that it came from."
    if code < 0:
        name = signal.Signals(-code).name if -code in list(signal.Signals) else str(-code)
        hint = " The system may have been short of memory." if -code == getattr(signal, "SIGKILL", 9) else ""
        return f"it was ended from outside ({name}).{hint}"
    said = last_words.rpartition("\n")[2].strip()[:300]
    return f"it ended by itself (exit code {code}){f': {said}' if said else ''}."
