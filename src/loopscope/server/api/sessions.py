"""Live sessions: begin, ask after, end. What happens in one goes over its WebSocket."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, JsonValue
from starlette.exceptions import HTTPException

from ...errors import Problem, UserMistake
from ...experiment import validate
from ...worker.commands import MAX_LANES
from ..answers import SENTENCES, Wait, described
from ..session import Session
from ..sessions import NoPlace, Sessions

Plain = dict[str, JsonValue]


class Begin(BaseModel):
    """Up to four experiments on one timeline."""

    experiments: Annotated[list[Plain], Field(min_length=1, max_length=MAX_LANES)] = Field(
        examples=[[{"data": {"name": "moons"}}]]
    )


class Begun(BaseModel):
    """The session's name, for its address."""

    session: str


class About(BaseModel):
    """How a session is."""

    session: str
    alive: bool = Field(description="whether its worker obeys")
    worker: int | None = Field(description="the worker's process id")
    pages: int = Field(description="how many pages listen")
    status: str
    step: int
    last: int = Field(description="number of the last message")


def session_api(sessions: Sessions) -> APIRouter:
    """`/api/sessions`."""
    router = APIRouter(prefix="/api/sessions", tags=["sessions"], responses=described())

    @router.post("", summary="Begin", responses=described(408, 413, 422) | {503: _wait()})
    async def post_session(asked: Begin) -> Begun:
        plain = [_validated(each, lane) for lane, each in enumerate(asked.experiments)]
        return Begun(session=(await sessions.create(plain)).name)

    @router.get("/{session}", summary="Ask after", responses=described(404))
    async def get_session(session: str) -> About:
        return _about(_found(sessions, session))

    @router.delete("/{session}", summary="End", status_code=204, responses=described(404))
    async def delete_session(session: str) -> None:
        if not await sessions.end(session):
            raise HTTPException(404)

    return router


async def no_place(request: object, error: Exception) -> JSONResponse:
    """The answer where all places are taken."""
    assert isinstance(error, NoPlace)
    return JSONResponse({"problem": str(error)}, 503, {"retry-after": "10"})


def _wait() -> dict[str, object]:
    return {"model": Wait, "description": SENTENCES[503]}


def _validated(plain: Plain, lane: int) -> Plain:
    """The experiment with all its fields. Raises `UserMistake` that names the lane where there are several."""
    try:
        return validate(plain).plain()
    except UserMistake as mistake:
        if lane == 0:
            raise
        problems = [Problem(f"experiments.{lane}: {p.field}", p.value, p.allowed, p.try_next) for p in mistake.problems]
        raise UserMistake(*problems) from None


def _found(sessions: Sessions, name: str) -> Session:
    session = sessions.get(name)
    if session is None:
        raise HTTPException(404)
    return session


def _about(session: Session) -> About:
    state = session.state
    return About(
        session=session.name,
        alive=session.alive,
        worker=session.pid,
        pages=len(session.listeners),
        status=str(state.get("status", "")),
        step=int(state.get("step", 0)),
        last=session.ring.last,
    )
