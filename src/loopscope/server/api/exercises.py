"""Exercises on the page: the reader's code, its check, hints, solution. Judges nothing: a process of its own does."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from ...course.exercises import Exercise, Judge, LearnersFolder
from ...course.exercises.folder import NotYet
from ...course.markup import untrusted
from ...errors import Problem
from ..answers import NotThere, described, refusal
from ..settings import MOST_CODE

PostNumber = Annotated[str, Path(max_length=20, description="a post's number, as 2.1")]
ExerciseName = Annotated[str, Path(max_length=100, description="an exercise's name, as collapse")]
AT_ONCE = 4
"""Checks that are asked for and not answered yet; more is refused."""


class Task(BaseModel):
    """An exercise as a reader has it."""

    title: str
    task: str
    code: str = Field(description="the reader's, or the task's")
    hints: int
    hinted: int
    done: bool
    passed_at: float | None = Field(description="seconds since the epoch")


class Code(BaseModel):
    """What a reader wrote."""

    code: str


class Asked(Code):
    """The same, no longer than it may be."""

    code: Annotated[str, Field(max_length=MOST_CODE)]


class Judged(BaseModel):
    """What the check says; pictures as PNG in base64."""

    passed: bool
    sentence: str
    details: list[str]
    yours: str | None
    wanted: str | None
    seconds: float
    printed: str


class HintTold(BaseModel):
    """One hint; `grade` is Idea, Place or Code."""

    grade: str
    html: str
    text: str
    number: int
    of: int


def exercises_api(judge: Judge, folder: LearnersFolder, exercises: Callable[[], Sequence[Exercise]]) -> APIRouter:
    """`/api/exercises/{post}/{name}`."""
    router = APIRouter(prefix="/api/exercises/{post}/{name}", tags=["exercises"], responses=described(404, 422))
    asked = asyncio.Semaphore(AT_ONCE)

    def found(post: str, name: str) -> Exercise:
        known = exercises()
        for each in known:
            if (each.post, each.name) == (post, name):
                return each
        raise NotThere(Problem("exercise", f"{post}/{name}", "an exercise of this course", _some(known)))

    @router.get("", summary="The task, and how far the reader is")
    def get_exercise(post: PostNumber, name: ExerciseName) -> Task:
        exercise = found(post, name)
        done = folder.done(exercise)
        return Task(
            title=exercise.title,
            task=exercise.says,
            code=folder.code(exercise),
            hints=len(exercise.hints),
            hinted=done.hinted,
            done=done.passed_at is not None,
            passed_at=done.passed_at,
        )

    @router.post("/check", summary="Judge what the reader wrote", responses=described(408, 413, 503))
    async def post_check(post: PostNumber, name: ExerciseName, work: Asked) -> Any:
        exercise = await asyncio.to_thread(found, post, name)
        if asked.locked():
            return refusal(503, "check", None, f"at most {AT_ONCE} checks at once", "Try again in a moment.")
        async with asked:
            await asyncio.to_thread(folder.write, exercise, work.code)
            verdict = await judge.check(exercise, work.code)
            await asyncio.to_thread(folder.tried, exercise, verdict.passed)
        pictures = {"yours": _picture(verdict.yours), "wanted": _picture(verdict.wanted)}
        return Judged.model_validate({**verdict.plain(), **pictures})

    @router.post("/hint", summary="The next hint")
    def post_hint(post: PostNumber, name: ExerciseName) -> HintTold:
        hint = folder.hint(found(post, name))
        return HintTold(grade=hint.called, text=hint.text, html=untrusted(hint.text), number=hint.grade, of=hint.of)

    @router.post("/reset", summary="Begin anew; what was written is kept aside")
    def post_reset(post: PostNumber, name: ExerciseName) -> Code:
        exercise = found(post, name)
        folder.reset(exercise)
        return Code(code=exercise.task)

    @router.post("/solution", summary="The solution, after success or when asked twice", responses=described(409))
    def post_solution(post: PostNumber, name: ExerciseName) -> Any:
        try:
            return Code(code=folder.solution(found(post, name)))
        except NotYet as error:
            problems = [{"field": "solution", "value": None, "allowed": "after success", "try_next": str(error)}]
            return JSONResponse({"problem": str(error), "problems": problems}, 409)

    return router


def _picture(png: bytes | None) -> str | None:
    return None if png is None else base64.b64encode(png).decode("ascii")


def _some(known: Sequence[Exercise]) -> str:
    return f"There is {', '.join(each.key for each in known[:8])}." if known else "This course has none yet."
