"""The course: tree, progress, search, outputs of a post as they come, its files. Renders nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from ...course.exercises import LearnersFolder
from ...errors import Problem
from ..answers import NotThere, described
from ..reading import Reading
from ..shelf import News, PostFacts, Shelf

Number = Annotated[str, Path(max_length=20, description="a post's number, as 2.1")]
STREAM = {200: {"description": "events cell, done, failed", "content": {"text/event-stream": {}}}}
FILE = {200: {"description": "the file", "content": {"application/octet-stream": {}}}}


class ExerciseLine(BaseModel):
    """An exercise as the tree has it."""

    name: str
    title: str
    done: bool


class PostLine(BaseModel):
    """A post as the tree has it."""

    number: str
    title: str
    summary: str
    planned: bool
    minutes: int
    opened: bool
    read: bool
    exercises: list[ExerciseLine]


class ModuleLine(BaseModel):
    """A module and its posts."""

    number: str
    title: str
    posts: list[PostLine]


class Tree(BaseModel):
    """The whole course."""

    title: str
    modules: list[ModuleLine]


class Found(BaseModel):
    """An answer to a question."""

    kind: Literal["post", "section", "question", "term"]
    title: str
    text: str
    href: str
    score: float


class Answers(BaseModel):
    """The best first."""

    results: list[Found]


def course_api(shelf: Shelf, reading: Reading, folder: LearnersFolder) -> APIRouter:
    """`/api/course` and `/api/posts/{number}`."""
    router = APIRouter(prefix="/api", tags=["course"], responses=described(422))

    def known(number: str) -> PostFacts:
        posts = [post for module in shelf.modules() for post in module.posts if not post.planned]
        for post in posts:
            if post.number == number:
                return post
        allowed = ", ".join(post.number for post in posts) or "none yet"
        raise NotThere(Problem("post", number, f"the number of a post that is there: {allowed}", "See /api/course."))

    @router.get("/course", summary="The course, and how far the reader is")
    def get_course() -> Tree:
        marks, done = reading.marks(), folder.state.exercises

        def line(post: PostFacts) -> PostLine:
            mine = marks.get(post.number, set())
            exercises = [
                ExerciseLine(name=name, title=title, done=(key in done and done[key].passed_at is not None))
                for name, title in post.exercises
                for key in [f"{post.number}/{name}"]
            ]
            facts = {key: getattr(post, key) for key in ("number", "title", "summary", "planned", "minutes")}
            return PostLine(**facts, opened="opened" in mine, read="read" in mine, exercises=exercises)

        modules = [
            ModuleLine(number=module.number, title=module.title, posts=[line(post) for post in module.posts])
            for module in shelf.modules()
        ]
        return Tree(title=shelf.title, modules=modules)

    @router.get("/course/search", summary="Ask the course")
    def get_search(q: Annotated[str, Query(max_length=200)]) -> Answers:
        return Answers(results=[Found(**each) for each in shelf.search(q)])

    @router.get("/posts/{number}/outputs", summary="What its cells show", responses=described(404) | STREAM)
    async def get_outputs(number: Number) -> StreamingResponse:
        await asyncio.to_thread(known, number)
        news = shelf.news(number)
        assert news is not None, "it is known"
        return StreamingResponse(_events(news), media_type="text/event-stream")

    @router.put("/posts/{number}/read", summary="The reader came to its end", status_code=204, responses=described(404))
    def put_read(number: Number) -> None:
        reading.mark(known(number).number, "read")

    @router.get("/posts/{number}/export", summary="A file", response_class=Response, responses=described(404) | FILE)
    async def get_export(number: Number, to: Literal["markdown", "notebook", "html"]) -> Response:
        await asyncio.to_thread(known, number)
        made = await shelf.export(number, to)
        if made is None:
            raise NotThere(Problem("post", number, "a post that can be exported", "See /api/course."))
        saved = {"content-disposition": f"attachment; filename*=UTF-8''{quote(made.name)}"}
        return Response(made.content, media_type=made.media, headers=saved)

    return router


async def _events(news: AsyncIterator[News]) -> AsyncIterator[bytes]:
    """As server-sent events have them."""
    async for each in news:
        yield f"event: {each.event}\ndata: {json.dumps(dict(each.data), allow_nan=False)}\n\n".encode()
