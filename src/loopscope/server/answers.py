"""What the API says when something is not fine, and how it is described. Judges nothing."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, JsonValue
from starlette.exceptions import HTTPException

from ..errors import LoopscopeError, Problem, UserMistake, printable, shown
from .wording import problems_of, unreadable


class ProblemSaid(BaseModel):
    """One thing wrong with one input."""

    field: str
    value: JsonValue = Field(description="as it came, cut where it is long")
    allowed: str
    try_next: str


class Problems(BaseModel):
    """Why a request was not answered."""

    problems: list[ProblemSaid]


class NotThere(UserMistake):
    """What is asked for by name is not there: 404, where another mistake is 422."""


class Wait(BaseModel):
    """Why there is no place right now."""

    problem: str


SENTENCES = {
    401: "The token is missing or wrong: open the link that loopscope lab printed.",
    403: "The request came from another site, or under a name that is not this server's.",
    404: "There is no such thing here (any more).",
    408: "The body did not come whole in time.",
    409: "Not yet; asked once more, it is done.",
    413: "The body is larger than allowed.",
    422: "The request was understood and is not fine; each problem says what would be allowed.",
    503: "All places are taken, or the record cannot be read; try again later.",
}


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For OpenAPI: what each of these statuses means; 401 and 403 may come from anywhere."""
    return {status: {"model": Problems, "description": SENTENCES[status]} for status in (401, 403, *statuses)}


def plain_problem(problem: Problem) -> dict[str, Any]:
    """A problem as JSON and msgpack can hold it."""
    return {
        "field": printable(problem.field),
        "value": _plain_value(problem.value),
        "allowed": printable(problem.allowed),
        "try_next": printable(problem.try_next),
    }


def plain_problems(error: LoopscopeError) -> list[dict[str, Any]]:
    """Every problem of an error; of one that is no user's mistake, its sentence."""
    if isinstance(error, UserMistake):
        return [plain_problem(problem) for problem in error.problems]
    return [plain_problem(Problem("record", None, "a record that can be read and written", str(error)))]


def refusal(status: int, field: str, value: object, allowed: str, try_next: str) -> JSONResponse:
    """An answer with one problem."""
    return JSONResponse({"problems": [plain_problem(Problem(field, value, allowed, try_next))]}, status)


def add_handlers(app: FastAPI) -> None:
    """Put every error into the same shape."""
    app.add_exception_handler(UserMistake, _of_mistake)
    app.add_exception_handler(NotThere, _of_missing)
    app.add_exception_handler(LoopscopeError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_request)
    app.add_exception_handler(HTTPException, _of_http)


async def _of_mistake(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"problems": plain_problems(cast(UserMistake, error))}, 422)


async def _of_missing(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"problems": plain_problems(cast(NotThere, error))}, 404)


async def _of_ours(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"problems": plain_problems(cast(LoopscopeError, error))}, 422)


async def _of_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = problems_of(error.errors(), error.body)
    return JSONResponse({"problems": [plain_problem(each) for each in problems]}, 422)


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:  # FastAPI's word for a body that could not even be read
        return JSONResponse({"problems": [plain_problem(unreadable(error.__cause__))]}, 422)
    about = ("body", None) if error.status_code in (408, 413) else ("address", request.url.path)
    answer = refusal(error.status_code, *about, *_http_words(error.status_code))
    answer.headers.update(error.headers or {})
    return answer


def _http_words(status: int) -> tuple[str, str]:
    match status:
        case 404:
            return "an address of this server", "See /openapi.json for what there is."
        case 405:
            return "the methods that the Allow header names", "See /openapi.json for what there is."
        case 408:
            return "a body that comes whole in time", "Send it again, or less at once."
        case 413:
            return "a smaller body", "Send less at once."
        case _:
            return HTTPStatus(status).phrase, ""


def _plain_value(value: object) -> JsonValue:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else shown(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if isinstance(value, str):
        text = value if len(value) <= 200 else value[:199] + "…"
        return text.encode("utf-8", "backslashreplace").decode()
    return shown(value)
