"""Run a post again and again while it is written: one kernel, and of its cells those that a change reaches.

Keeps what the others have shown. Knows no page, and writes nothing to where executed posts are kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..executing import Executed, Result, kernel_of, notebook_of, run_cell
from ..post import Cell, Post
from .depending import affected, matched, names_of, with_what_they_need

if TYPE_CHECKING:
    from nbclient import NotebookClient


TRIES, TRY_S = 12, 0.25
"""A cell that has heard no interrupt by then loses its kernel."""


@dataclass(frozen=True)
class Plan:
    """Which cells are run for a change, by number: those that it reaches, and those that these need once more."""

    changed: tuple[int, ...]
    needed: tuple[int, ...]
    kept: tuple[int, ...]


@dataclass
class _Past:
    """A cell as it was last: its code, what it showed, and whether that was in the kernel that is running."""

    code: str
    result: Result | None
    alive: bool


class Bench:
    """One post's. `heard` is told of each plan before it is carried out."""

    def __init__(self, heard: Callable[[Post, Plan], object] = lambda post, plan: None) -> None:
        self._heard = heard
        self._past: list[_Past] = []
        self._stack = contextlib.AsyncExitStack()
        self._client: NotebookClient | None = None

    def adopt(self, executed: Executed) -> None:
        """Begin with what an earlier execution has shown; no kernel knows of it."""
        if not self._past and executed.complete:
            self._past = [_Past(cell.source, executed.results[cell.number], False) for cell in executed.post.code]

    async def run(self, post: Post, cache: Path | None = None) -> AsyncGenerator[Result]:
        """As `executing`: each cell's result, in their order. Closed early, it interrupts the cell that runs."""
        now = [cell.source for cell in post.code]
        plan, former = self._plan(post, now)
        self._heard(post, plan)
        forgotten = self._forgotten(now)
        self._past = former
        runs = {*plan.changed, *plan.needed}
        client = await self._ready(post, forgotten) if runs else None
        for cell in post.code:
            past = former[cell.number - 1]
            if cell.number in runs:
                assert client is not None
                past.result, past.alive = None, False
                result = await self._run(client, post, cell)
                past.result, past.alive = (None if result.problem else result), not result.problem
            else:
                assert past.result is not None
                result = replace(past.result, cell=cell.number)
            yield result
            if result.problem:
                return

    async def close(self) -> None:
        """End the kernel."""
        self._client, self._past = None, []
        await self._stack.aclose()

    def _plan(self, post: Post, now: Sequence[str]) -> tuple[Plan, list[_Past]]:
        before = [past.code for past in self._past]
        same = matched(now, before)
        former = [self._past[same[i]] if i in same else _Past(code, None, False) for i, code in enumerate(now)]
        again = affected(now, before) | {i for i, past in enumerate(former) if past.result is None}
        alive = {i for i, past in enumerate(former) if past.alive}
        old = names_of(before, now)
        gone = [i for i, past in enumerate(self._past) if past.alive and i not in same.values()]
        needed = with_what_they_need(again, now, alive, {name for i in gone for name in old[i].changed}) - again

        def numbers(places: set[int]) -> tuple[int, ...]:
            return tuple(sorted(place + 1 for place in places))

        kept = set(range(len(now))) - again - needed
        return Plan(numbers(again), numbers(needed), numbers(kept)), former

    def _forgotten(self, now: Sequence[str]) -> set[str]:
        """Names that no cell makes any more: who still uses them must fail, as it would in a fresh kernel."""
        made = {name for names in names_of(now) for name in names.made}
        return {name for names in names_of([past.code for past in self._past]) for name in names.made} - made

    async def _ready(self, post: Post, forgotten: set[str]) -> NotebookClient:
        if self._client is None or not await _manager(self._client).is_alive():
            await self._stack.aclose()
            for past in self._past:
                past.alive = False
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="loopscope-desk-")))
            self._client = await self._stack.enter_async_context(kernel_of(post, folder))
        self._client.nb = notebook_of(post)
        if forgotten:
            code = f"for _ in {sorted(forgotten)!r}: globals().pop(_, None)"
            self._client.kc.execute(code, silent=True)  # pyright: ignore[reportOptionalMemberAccess]
        return self._client

    async def _run(self, client: NotebookClient, post: Post, cell: Cell) -> Result:
        running = asyncio.ensure_future(run_cell(client, post, cell))  # by itself: nbclient takes a cancel for a death
        try:
            await asyncio.wait({running})
        except (asyncio.CancelledError, GeneratorExit):
            await self._interrupt(client, running)
            raise
        return running.result()

    async def _interrupt(self, client: NotebookClient, running: asyncio.Future[Result]) -> None:
        """Again and again, since one that comes before the cell has begun is lost; at last the kernel is ended."""
        for _ in range(TRIES):
            await _manager(client).interrupt_kernel()
            if (await asyncio.wait({running}, timeout=TRY_S))[0]:
                return
        running.cancel()
        self._client = None


def _manager(client: NotebookClient) -> Any:
    """Of the kernel; its class says that it does not wait, and it does."""
    return client.km
