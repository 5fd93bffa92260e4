"""The WebSocket of a post's cells: run, interrupt, restart in, what is shown out. Judges no code."""

from __future__ import annotations

import asyncio
import contextlib
import html
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Protocol

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from ...course.outputs import output_html, plain
from ..kernels import Kernel, KernelGone, Kernels, Message
from ..pace import Pace
from ..settings import MOST_CODE, Limits

NO_POST = 4404
TOO_LONG = 1009
WAITING = 20
"""Cells that may wait for their turn."""
COMMANDS_PER_SECOND = 20.0
RESTARTED = "Python was restarted, so this cell did not come to its end."
ANEW = "Python had been ended for cells of another page and began anew; the cells above ran again."
STOPPED = "A cell above this one stopped, so this one did not run."
LEFT_OUT = "\n… more was printed than is shown.\n"


class Run(BaseModel):
    """Run a cell, its code as it stands on the page."""

    model_config = ConfigDict(extra="forbid")
    do: Literal["run"]
    cell: Annotated[int, Field(ge=0, le=10_000)]
    code: str


class Simple(BaseModel):
    """What needs no more words."""

    model_config = ConfigDict(extra="forbid")
    do: Literal["interrupt", "restart"]


COMMANDS: TypeAdapter[Run | Simple] = TypeAdapter(Annotated[Run | Simple, Field(discriminator="do")])


class Cells(Protocol):
    """What is known of posts here: which cells stand before another."""

    def before(self, post: str, cell: int, code: str) -> Sequence[tuple[int, str]] | None:
        """Number and code of the cells that must have run before this one; None where there is no such post."""
        ...


def kernel_api(kernels: Kernels, cells: Cells, limits: Limits) -> APIRouter:
    """`/api/posts/{number}/kernel`."""
    router = APIRouter()

    @router.websocket("/api/posts/{number}/kernel")
    async def relay(socket: WebSocket, number: str) -> None:
        await socket.accept()
        if await asyncio.to_thread(cells.before, number, 0, "") is None:
            await socket.close(NO_POST, "There is no such post.")
            return
        await _Page(socket, number, kernels, cells, limits).talk()

    return router


class _Page:
    """One page, and the kernel that it has from its first run on."""

    def __init__(self, socket: WebSocket, post: str, kernels: Kernels, cells: Cells, limits: Limits) -> None:
        self._socket, self._post, self._kernels, self._cells, self._limits = socket, post, kernels, cells, limits
        self._kernel: Kernel | None = None
        self._codes: dict[int, str] = {}  # as the reader ran them last
        self._ran: set[int] = set()  # in the kernel that is there
        self._asked: asyncio.Queue[Run] = asyncio.Queue(WAITING)
        self._restarted = False

    async def talk(self) -> None:
        """Until the page has gone; then the kernel goes."""
        both = [asyncio.create_task(self._obey()), asyncio.create_task(self._work())]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            results = await asyncio.gather(*both, return_exceptions=True)
            await self._end()
        for error in results:
            if isinstance(error, Exception) and not isinstance(error, (WebSocketDisconnect, RuntimeError)):
                raise error

    async def _obey(self) -> None:
        pace = Pace(COMMANDS_PER_SECOND)
        while True:
            text = await self._socket.receive_text()
            await pace.turn()
            if len(text) > 2 * MOST_CODE:  # as JSON escapes it
                await self._socket.close(TOO_LONG, f"A cell has at most {MOST_CODE:,} characters.")
                return
            try:
                command = COMMANDS.validate_json(text)
            except ValidationError:
                await self._tell("refused", problem="A command is run with cell and code, interrupt, or restart.")
                continue
            await self._do(command)

    async def _do(self, command: Run | Simple) -> None:
        if isinstance(command, Run):
            try:
                self._asked.put_nowait(command)
            except asyncio.QueueFull:
                await self._say(command.cell, f"{WAITING} cells wait already: let them run first.")
                await self._tell("done", cell=command.cell, ok=False)
            return
        await self._forget_waiting()
        if command.do == "restart":
            self._restarted = self._kernel is not None
            await self._end()
            await self._state("idle")
        elif self._kernel is not None:
            await self._kernel.interrupt()

    async def _work(self) -> None:
        """The cells that were asked for, one after the other."""
        while True:
            asked = await self._asked.get()
            try:
                ok = await self._run(asked)
            except KernelGone as gone:
                ok = False
                if self._restarted:
                    await self._say(asked.cell, RESTARTED)
                else:
                    await self._end()
                    await self._state("dead", str(gone))
            await self._tell("done", cell=asked.cell, ok=ok)
            if not ok:
                await self._forget_waiting()

    async def _run(self, asked: Run) -> bool:
        self._restarted = False
        if self._kernel is not None and not self._kernel.alive:
            await self._say(asked.cell, ANEW)
        kernel = await self._living()
        self._kernels.used(kernel)
        await self._state("busy")
        ok = await self._run_before(kernel, asked) and await self._run_asked(kernel, asked)
        await self._state("idle")
        return ok

    async def _run_asked(self, kernel: Kernel, asked: Run) -> bool:
        show = _Shown(self, asked.cell, self._limits.kernel_output_bytes)
        ok = await kernel.run(asked.code, show.hear)
        if kernel.why_interrupted:
            await self._say(asked.cell, kernel.why_interrupted)
        if ok:
            self._ran.add(asked.cell)
            self._codes[asked.cell] = asked.code
        return ok

    async def _run_before(self, kernel: Kernel, asked: Run) -> bool:
        """What stands above it in the post and has not run here yet: its names are needed."""
        for number, code in await asyncio.to_thread(self._cells.before, self._post, asked.cell, asked.code) or ():
            if number in self._ran:
                continue
            failed = _Shown(self, asked.cell, self._limits.kernel_output_bytes, only=("error",))
            if not await kernel.run(self._codes.get(number, code), failed.hear):
                await self._say(asked.cell, kernel.why_interrupted or STOPPED)
                return False
            self._ran.add(number)
        return True

    async def _living(self) -> Kernel:
        if self._kernel is None or not self._kernel.alive:
            await self._end()
            await self._state("starting")
            self._kernel = await self._kernels.start()
        return self._kernel

    async def _end(self) -> None:
        self._ran.clear()
        if self._kernel is not None:
            kernel, self._kernel = self._kernel, None
            await asyncio.shield(self._kernels.end(kernel))

    async def _forget_waiting(self) -> None:
        with contextlib.suppress(asyncio.QueueEmpty):
            while True:
                await self._tell("done", cell=self._asked.get_nowait().cell, ok=False)

    async def _state(self, state: str, reason: str = "") -> None:
        await self._tell("state", state=state, reason=reason)

    async def _say(self, cell: int, sentence: str) -> None:
        await self._tell("output", cell=cell, html=f'<p class="problem">{html.escape(sentence)}</p>')

    async def _tell(self, kind: str, **more: Any) -> None:
        await self._socket.send_json({"kind": kind, **more})

    async def show(self, cell: int, kind: str, content: Message) -> int:
        """Tell of one piece; how many characters it had."""
        if kind == "clear_output":
            await self._tell("clear", cell=cell)
            return 0
        if kind == "stream":
            text = plain(str(content["text"]))
            await self._tell("text", cell=cell, text=text, stream=content["name"])
            return len(text)
        piece = output_html({**content, "output_type": kind})
        await self._tell("output", cell=cell, html=piece)
        return len(piece)


class _Shown:
    """What one run shows, as far as it is not too much."""

    def __init__(self, page: _Page, cell: int, most: int, only: Sequence[str] = ()) -> None:
        self._page, self._cell, self._left, self._only = page, cell, most, only
        self._said_so = False

    async def hear(self, kind: str, content: Message) -> None:
        """One of Jupyter's messages."""
        if self._only and kind not in self._only:
            return
        size = _size(content)
        if kind == "error" or size <= self._left:
            self._left -= size
            await self._page.show(self._cell, kind, content)
        elif not self._said_so:
            self._said_so = True
            text = str(content.get("text", ""))[: max(0, self._left)]
            await self._page.show(self._cell, "stream", {"name": "stdout", "text": text + LEFT_OUT})
            self._left = 0


def _data(content: Message) -> Mapping[str, Any]:
    data = content.get("data")
    return data if isinstance(data, dict) else {}


def _size(content: Message) -> int:
    """Characters, roughly: those of a stream or of the pictures and texts of a bundle."""
    return len(str(content.get("text", ""))) + sum(len(str(each)) for each in _data(content).values())
