"""Questions that need torch or pandas, asked of a child process that has them. Never loads either here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..errors import Problem, UserMistake
from . import frames
from .child import Child
from .settings import Settings
from .starting import Starter


class Errands:
    """One child, started at the first question, asked one at a time. One that hangs or dies is replaced."""

    def __init__(self, settings: Settings, starter: Starter) -> None:
        self._settings, self._starter = settings, starter
        self._child: Child | None = None
        self._turn = asyncio.Lock()

    async def ask(self, do: str, **more: Any) -> dict[str, Any]:
        """The answer to one question. Raises `UserMistake` where that is what it is."""
        async with self._turn:
            child = await self._living()
            answer = await self._answered(child, {"do": do, **more})
        if "problems" in answer:
            raise UserMistake(*(_problem(each) for each in answer["problems"]))
        return answer

    async def close(self) -> None:
        """Let the child go."""
        if self._child is not None:
            self._child.kill("it has no records to close.")
            await self._child.end()

    async def _living(self) -> Child:
        if self._child is None or not self._child.alive:
            patient = replace(self._settings.limits, silence_s=self._settings.limits.errand_s)
            self._child = await self._starter.start(self._settings.errands, patient)
        return self._child

    async def _answered(self, child: Child, question: Mapping[str, Any]) -> dict[str, Any]:
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def lost(reason: str) -> None:
            if not answer.done():
                answer.set_exception(_unanswered(question, reason))

        child.hear = lambda kind, message: None if answer.done() else answer.set_result(message)
        child.left = lost
        if not child.alive:
            lost(child.reason)
        child.send(question)
        try:
            return frames.unpacked(await answer)
        except asyncio.CancelledError:
            child.kill("nobody waits for it any more.")  # its answer would be taken for the next one's
            raise


def _problem(plain: Mapping[str, Any]) -> Problem:
    return Problem(str(plain["field"]), plain["value"], str(plain["allowed"]), str(plain["try_next"]))


def _unanswered(question: Mapping[str, Any], why: str) -> UserMistake:
    what = Problem(str(question["do"]), None, "what can be computed in time and memory", f"No answer: {why}")
    return UserMistake(what)
