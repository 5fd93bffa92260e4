"""The application: which parts there are and how they are put together. Holds no logic of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from starlette.types import ASGIApp

from ..course.exercises import Judge, LearnersFolder, find
from .answers import add_handlers
from .api.catalogue import catalogue
from .api.course import course_api
from .api.exercises import exercises_api
from .api.experiments import experiments
from .api.kernel import kernel_api
from .api.runs import runs_api
from .api.sessions import no_place, session_api
from .api.sweeps import sweeps_api
from .api.tables import tables
from .desk import Desk, saves, version_of
from .errands import Errands
from .gate import Gate
from .kernels import Kernels
from .library import Library
from .live import live
from .page import pages
from .reading import Reading
from .removal import Removal
from .sessions import NoPlace, Sessions
from .settings import Settings
from .shelf import Shelf
from .starting import Starter
from .tiling import Tilings, tiling
from .workers import Workers

TOKEN = HTTPBearer(auto_error=False, description="The token of the opening link; pages have it in a cookie.")


def make_app(
    settings: Settings, workers: Workers | None = None, sessions: Sessions | None = None, shelf: Shelf | None = None
) -> ASGIApp:
    """The whole server. `workers` may be warm already; they, `sessions` and `shelf` are closed with it."""
    workers = workers or Workers(settings, Starter())
    sessions = Sessions(workers, settings.limits) if sessions is None else sessions
    errands = Errands(settings, workers.starter)
    tilings = Tilings(settings, workers.starter)
    removal = Removal(settings.home, settings.limits.delete_after_s)
    desk = Desk(settings.home, settings.written) if settings.written else None
    shelf = Library(settings.series, settings.home, settings.page, desk) if shelf is None else shelf
    reading, folder = Reading(settings.home), LearnersFolder(settings.home / "exercises")
    kernels, judge = Kernels(settings.limits, settings.home), Judge()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        workers.warm()
        tidying = asyncio.create_task(sessions.tidy())
        yield
        tidying.cancel()
        removal.finish()
        # the starter at once: who is to be born by it yet would have to be waited for
        await asyncio.gather(
            *(sessions.close(), tilings.close(), workers.close(), errands.close(), workers.starter.close()),
            *(kernels.close(), judge.close(), shelf.close()),
        )

    app = FastAPI(title="loopscope", version=version("loopscope"), docs_url=None, redoc_url=None, lifespan=lifespan)
    add_handlers(app)
    app.add_exception_handler(NoPlace, no_place)
    # the gate has judged the token already; Depends only tells OpenAPI of it
    for router in (catalogue(errands), experiments(), session_api(sessions), runs_api(settings, removal, errands)):
        app.include_router(router, dependencies=[Depends(TOKEN)])
    app.include_router(tables(settings, errands), dependencies=[Depends(TOKEN)])
    app.include_router(sweeps_api(settings, errands), dependencies=[Depends(TOKEN)])
    app.include_router(tiling(tilings))
    for router in (course_api(shelf, reading, folder), exercises_api(judge, folder, lambda: find(settings.series))):
        app.include_router(router, dependencies=[Depends(TOKEN)])
    app.include_router(live(sessions, settings.limits.commands_per_second))
    app.include_router(kernel_api(kernels, shelf, settings.limits))
    if desk is not None:
        app.include_router(saves(settings.series))
    state = partial(version_of, settings.series) if desk else None
    app.include_router(pages(settings.page, shelf, reading, state))
    return Gate(app, settings)
