"""A post that is being written: executed as it changes, and pages told that they are out of date. Renders nothing."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from ..course.desk.bench import Bench, Plan
from ..course.executing import Result, executed_before, executing
from ..course.keeping import cache_of, key
from ..course.post import Post
from .executions import Execution, Executions

SAID = logging.getLogger("loopscope.desk")
"""Which cells are run, a line each time: whoever serves at a terminal shows it."""
SETTLE_MS, STEP_MS = 80, 20
"""An editor writes a file in several steps: so long after the last of them it is read."""
WATCHED = ("series.toml", "glossary.md", "*/post.md", "*/exercises/*/*.py", "*/exercises/*/hints.md")


class Desk(Executions):
    """Executions of a series of which one post is being written: that one keeps its kernel and runs what changed."""

    def __init__(self, home: Path, post: Path) -> None:
        super().__init__(home, self._run_one)
        self._home, self._written = home, post.resolve()
        self._bench = Bench(_say)
        self._current: tuple[str, asyncio.Task[None]] | None = None

    def known(self, post: Post) -> Execution | None:
        """Also what was kept of the post that is written: its next change begins from there."""
        if (
            self._is_written(post)
            and super().known(post) is None
            and (kept := executed_before(post, cache_of(self._home)))
        ):
            self._bench.adopt(kept)
        return super().known(post)

    def begin(self, post: Post) -> Execution:
        """Execute it; an older text of the post that is written is given up."""
        if not self._is_written(post):
            return super().begin(post)
        name = key(post)
        if self._current and self._current[0] != name:
            self._current[1].cancel()
        before = set(self._tasks)
        execution = super().begin(post)
        if new := self._tasks - before:
            self._current = name, new.pop()
        return execution

    async def close(self) -> None:
        await super().close()
        await self._bench.close()

    def _is_written(self, post: Post) -> bool:
        return post.path.resolve() == self._written

    def _run_one(self, post: Post, cache: Path | None = None) -> AsyncGenerator[Result]:
        return self._bench.run(post) if self._is_written(post) else executing(post, cache)


def version_of(series: Path) -> str:
    """Another one after each save of a file that a page shows."""
    files = sorted(path for pattern in WATCHED for path in series.glob(pattern))
    stamps = [(str(path), path.stat().st_mtime_ns) for path in files if path.is_file()]
    return hashlib.sha256(repr(stamps).encode()).hexdigest()[:16]


def saves(series: Path) -> APIRouter:
    """`/api/desk/saves`: a WebSocket that tells the version of the series, at once and after each save."""
    router = APIRouter()

    @router.websocket("/api/desk/saves")
    async def tell(socket: WebSocket) -> None:
        await socket.accept()
        telling = asyncio.create_task(_tell(socket, series))
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            pass
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    return router


async def _tell(socket: WebSocket, series: Path) -> None:
    async for version in versions(series):
        await socket.send_text(version)


async def versions(series: Path) -> AsyncIterator[str]:
    """The version now, and each later one."""
    from watchfiles import awatch

    watching = awatch(series, debounce=SETTLE_MS, step=STEP_MS)
    news = asyncio.ensure_future(anext(watching))
    await asyncio.sleep(0)  # it runs to its first wait, with the system's watch in place: no save is missed
    said = ""
    try:
        while True:
            version = await asyncio.to_thread(version_of, series)
            if version != said:
                said = version
                yield version
            await news
            news = asyncio.ensure_future(anext(watching))
    finally:
        news.cancel()
        await asyncio.gather(news, return_exceptions=True)


def _say(post: Post, plan: Plan) -> None:
    runs = len(plan.changed) + len(plan.needed)
    if not runs:
        SAID.info("%s: no cell has changed", post.number)
        return
    again = f", and once more for them {_listed(plan.needed)}" if plan.needed else ""
    kept = f"; {len(plan.kept)} of {len(post.code)} kept" if plan.kept else ""
    whole = (
        f"all {len(post.code)} cells"
        if not plan.kept
        else f"{'cell' if runs == 1 else 'cells'} {_listed(plan.changed)}"
    )
    SAID.info("%s: running %s%s%s", post.number, whole, again if plan.kept else "", kept)


def _listed(numbers: tuple[int, ...]) -> str:
    """1, 3 to 5, 8."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(a) if a == b else f"{a} to {b}" if b > a + 1 else f"{a}, {b}" for a, b in spans)
