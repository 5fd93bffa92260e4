"""Workers and errands forked from one process: born warm, told apart, ended, and survived by each other."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from loopscope.server import frames
from loopscope.server.child import Child
from loopscope.server.forking import AVAILABLE, ForkServer
from loopscope.server.settings import ERRANDS, WORKER, Limits

from .conftest import to_its_end

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="only Linux forks; elsewhere each worker is started by itself")

LIMITS = Limits()
MODULE = ERRANDS[2]


@asynccontextmanager
async def fork_server() -> AsyncGenerator[ForkServer, None]:
    server = ForkServer()
    try:
        yield server
    finally:
        await server.close()


async def child_of(server: ForkServer, module: str = MODULE, *arguments: str) -> Child:
    return Child(await server.start(module, arguments), LIMITS)


async def answer(child: Child, do: str, **more: str) -> dict[str, object]:
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    child.hear = lambda kind, message: heard.set_result(message)
    child.send({"do": do, **more})
    return frames.unpacked(await heard)


async def gone(child: Child) -> str:
    await asyncio.wait(child._tasks)
    return child.reason


def test_children_answer_and_one_that_is_killed_leaves_the_others_alone() -> None:
    async def run() -> None:
        async with fork_server() as server:
            one, other = await child_of(server), await child_of(server)
            await asyncio.gather(one.ready, other.ready)
            assert one.pid != other.pid and None not in (one.pid, other.pid)
            os.kill(one.pid or 0, signal.SIGKILL)
            assert "from outside (SIGKILL)" in await gone(one)
            assert (await answer(other, "thumbnail", name="moons"))["name"] == "moons"
            await other.end()
            assert other.reason == "it was ended." and not alive(other.pid)

    to_its_end(run())


def test_one_that_is_not_wanted_any_more_ends_at_its_birth() -> None:
    async def run() -> None:
        async with fork_server() as server:
            child = await child_of(server)
            assert child.pid is None
            child.kill("nobody wants it.")
            assert await gone(child) == "nobody wants it." and not alive(child.pid)

    to_its_end(run())


def test_its_arguments_reach_it_and_its_last_words_and_exit_code_come_back() -> None:
    async def run() -> None:
        async with fork_server() as server:
            child = await child_of(server, WORKER[2], "--house", "nowhere")
            reason = await gone(child)
            assert "exit code 2" in reason and "--home" in reason

    to_its_end(run())


def test_children_survive_the_fork_server_and_the_next_one_is_borne_by_a_new_one() -> None:
    async def run() -> None:
        async with fork_server() as server:
            child = await child_of(server)
            await child.ready
            assert server._process is not None and server._telling is not None
            server._process.kill()
            await server._telling
            assert (await answer(child, "thumbnail", name="moons"))["name"] == "moons"
            next_one = await child_of(server)
            await next_one.ready
            child.kill("enough.")
            assert await gone(child) == "enough."
            await next_one.end()

    to_its_end(run())


def test_where_it_dies_before_a_birth_the_child_is_said_to_be_gone() -> None:
    async def run() -> None:
        async with fork_server() as server:
            child = await child_of(server)
            assert server._process is not None
            server._process.kill()
            assert await gone(child) == "it ended with the process that it came from."

    to_its_end(run())


def test_it_leaves_with_the_server() -> None:
    async def run() -> None:
        async with fork_server() as server:
            await (await child_of(server)).end()
            assert server._process is not None
            pid = server._process.pid
        assert not alive(pid)

    to_its_end(run())


def alive(pid: int | None) -> bool:
    return (
        pid is not None and Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()
    )


def test_whoever_is_not_born_yet_is_gone_with_the_fork_server() -> None:
    """Else the end of a lab would wait for an import that nobody needs any more."""

    async def run() -> None:
        async with fork_server() as server:
            child = await child_of(server)
            await asyncio.gather(child.end(), server.close())
            assert child.pid is None and not child.alive

    to_its_end(run())
