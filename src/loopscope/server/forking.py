"""Processes forked from one that has imported torch already, seen as asyncio sees its own. Never knows what they do."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import socket
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence

from ..worker.fork_server import MODULES, QUIET

AVAILABLE = sys.platform == "linux"
"""Elsewhere a fork of what has imported much is forbidden or unsafe."""

STREAM_BYTES = 2**20


class Forked:
    """One of them. `pid` is None until it is born; the streams can be used before."""

    def __init__(self, stdin: StreamWriter, stdout: StreamReader, stderr: StreamReader) -> None:
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self.pid: int | None = None
        self._handle: int | None = None  # names this process and no later one, as its number alone would not
        self._left: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._unwanted = False

    def is_born(self, pid: int) -> None:
        """It is a process now."""
        self.pid = pid
        with contextlib.suppress(ProcessLookupError):
            self._handle = os.pidfd_open(pid)
        if self._unwanted:
            self.kill()

    def has_left(self, code: int) -> None:
        """It is none any more."""
        self._left.set_result(code)
        self._forget()

    def is_orphan(self) -> None:
        """It may go on, but nobody will be told how it ends."""
        self._left.set_result(None)

    async def wait(self) -> int | None:
        """Its exit code, negative for a signal; None where nobody was told."""
        return await asyncio.shield(self._left)

    def kill(self) -> None:
        """End it at once, or as soon as it is born."""
        self._unwanted = True
        if self._handle is not None:
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            if self._left.done():
                self._forget()

    def _forget(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class ForkServer:
    """Started at the first `start`, and again where it has died. Linux only."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._requests: socket.socket | None = None
        self._telling: asyncio.Task[None] | None = None
        self._numbers = itertools.count()
        self._unborn: dict[int, Forked] = {}
        self._living: dict[int, Forked] = {}
        self._turn = asyncio.Lock()

    async def start(self, module: str, arguments: Sequence[str]) -> Forked:
        """A process that will run `python -m module arguments`, as soon as torch is imported."""
        assert module in MODULES
        async with self._turn:
            requests = self._requests or await self._begin()
        forked, theirs = await _connected()
        number = next(self._numbers)
        self._unborn[number] = forked
        try:
            socket.send_fds(requests, [json.dumps([number, module, *arguments]).encode()], theirs)
        except OSError:  # it has died just now: the ends of its pipes tell so, once they are closed
            self._unborn.pop(number).is_orphan()
        finally:
            for each in theirs:
                os.close(each)
        return forked

    async def close(self) -> None:
        """End it. Its children are ended by whoever asked for them."""
        if self._process is not None and self._telling is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._telling

    async def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-Pm", "loopscope.worker.fork_server", str(theirs.fileno())),
            stdin=DEVNULL,
            stdout=PIPE,
            pass_fds=[theirs.fileno()],
            env={**os.environ, **QUIET},
            start_new_session=True,
        )
        theirs.close()
        self._requests = ours
        self._telling = asyncio.create_task(self._hear(self._process, ours))
        return ours

    async def _hear(self, process: Process, requests: socket.socket) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            what, *about = json.loads(line)
            if what == "born":
                self._born(*about)
            else:
                self._left(*about)
        self._requests = None
        requests.close()
        self._lose_all()
        await process.wait()

    def _born(self, number: int, pid: int) -> None:
        forked = self._unborn.pop(number)
        self._living[pid] = forked
        forked.is_born(pid)

    def _left(self, pid: int, code: int) -> None:
        self._living.pop(pid).has_left(code)

    def _lose_all(self) -> None:
        for forked in (*self._unborn.values(), *self._living.values()):
            forked.is_orphan()
        self._unborn.clear()
        self._living.clear()


async def _connected() -> tuple[Forked, list[int]]:
    """Streams to a process that is not there yet, and its ends of them: stdin, stdout and stderr."""
    ours, theirs = socket.socketpair()
    _, stdin = await asyncio.open_connection(sock=ours)
    stdout, its_stdout = await _readable()
    stderr, its_stderr = await _readable()
    return Forked(stdin, stdout, stderr), [theirs.detach(), its_stdout, its_stderr]


async def _readable() -> tuple[StreamReader, int]:
    """A stream, and the descriptor to write to it."""
    read_end, write_end = os.pipe()
    stream = StreamReader(limit=STREAM_BYTES)
    protocol = asyncio.StreamReaderProtocol(stream)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(read_end, "rb", 0))
    return stream, write_end
