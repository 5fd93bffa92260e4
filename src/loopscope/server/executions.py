"""Posts that are being executed, each once however many pages wait for it, one after another. Renders nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Protocol

from ..course.executing import Executed, Result, executing
from ..course.keeping import cache_of, key
from ..course.post import Post
from ..errors import LoopscopeError

MOST = 20
"""Ended executions that are remembered: more are in the cache anyway."""


class Executing(Protocol):
    """What `loopscope.course.executing.executing` is."""

    def __call__(self, post: Post, cache: Path | None = None) -> AsyncGenerator[Result]: ...


class Execution:
    """One post's, from its first cell to its last."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.results: list[Result] = []
        self.ended = False
        self.problem = ""
        """why it came to no end, where it is not a cell's own"""
        self._news = asyncio.Event()

    @property
    def executed(self) -> Executed:
        """As far as it has come."""
        return Executed(self.post, {result.cell: result for result in list(self.results)})

    async def follow(self) -> AsyncGenerator[Result]:
        """Each result, those that are there already at once."""
        at = 0
        while True:
            news = self._news
            while at < len(self.results):
                yield self.results[at]
                at += 1
            if self.ended:
                return
            await news.wait()

    def tell(self, result: Result | None, problem: str = "") -> None:
        """One more; None at the end."""
        if result is not None:
            self.results.append(result)
        else:
            self.ended, self.problem = True, problem
        former, self._news = self._news, asyncio.Event()
        former.set()


class Executions:
    """All of a server's."""

    def __init__(self, home: Path, run: Executing = executing) -> None:
        self._cache = cache_of(home)
        self._run = run
        self._known: dict[str, Execution] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()

    def known(self, post: Post) -> Execution | None:
        """The one that runs or has run."""
        return self._known.get(key(post))

    def begin(self, post: Post) -> Execution:
        """Execute it, unless that was begun already and has not failed."""
        name = key(post)
        known = self._known.get(name)
        if known is not None and not (known.ended and (known.problem or known.executed.failure)):
            return known
        self._forget()
        execution = self._known[name] = Execution(post)
        task = asyncio.create_task(self._execute(execution))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return execution

    async def close(self) -> None:
        """End what runs, and its kernel."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _execute(self, execution: Execution) -> None:
        problem = "It was ended with the server."
        try:
            async with self._turn, contextlib.aclosing(self._run(execution.post, self._cache)) as results:
                async for result in results:
                    execution.tell(result)
            problem = ""
        except LoopscopeError as error:  # the cells have run, and could not be kept
            problem = "" if len(execution.results) == len(execution.post.code) else str(error)
        except (OSError, RuntimeError) as error:
            problem = f"Python could not be started: {error}"
        finally:
            execution.tell(None, problem)

    def _forget(self) -> None:
        ended = [name for name, each in self._known.items() if each.ended]
        for name in ended[: max(0, len(ended) - MOST)]:
            del self._known[name]
