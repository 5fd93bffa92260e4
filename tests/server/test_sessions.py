"""Places for eight, and what becomes of sessions that nobody looks at."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from loopscope.server.sessions import NoPlace, Sessions
from loopscope.server.settings import Limits, Settings
from loopscope.server.starting import Starter
from loopscope.server.workers import Workers

from .conftest import FAKE, PLAIN, TOKEN, serving, to_its_end


def test_the_ninth_is_told_to_wait_and_the_others_do_not_notice(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        eight = [served.begin() for _ in range(8)]
        pages = [served.page(each) for each in eight]
        opened = [page.__enter__() for page in pages]
        for page in opened:
            page.send("play")
        ninth = served.ask("POST", "/api/sessions", json={"experiments": [PLAIN]})
        assert ninth.status_code == 503
        assert "8 places are taken" in ninth.json()["problem"] and "retry-after" in ninth.headers
        for page in opened:
            first = page.frame()["events"][0]["data"]["step"]
            assert page.frame()["events"][0]["data"]["step"] == first + 1
        for page in pages:
            page.__exit__(None, None, None)
        served.end(eight[0])
        served.begin()


def lonely(home: Path, **limits: Any) -> tuple[Sessions, Workers]:
    settings = Settings(home, TOKEN, limits=Limits(**limits), worker=FAKE)
    workers = Workers(settings, Starter())
    return Sessions(workers, settings.limits), workers


def test_a_session_without_a_page_gives_its_place_to_a_newcomer(tmp_path: Path) -> None:
    async def run() -> None:
        sessions, workers = lonely(tmp_path, sessions=2, yields_after_s=0.0)
        first, second = await sessions.create([PLAIN]), await sessions.create([PLAIN])
        seen = first.enter()
        await sessions.create([PLAIN])
        assert sessions.get(first.name) is first and sessions.get(second.name) is None
        (third,) = [each for each in sessions._by_name.values() if each is not first]
        third.enter()
        with pytest.raises(NoPlace):
            await sessions.create([PLAIN])
        first.leave(seen)
        await sessions.create([PLAIN])
        await sessions.close()
        await workers.close()
        assert not any(each.alive for each in (first, second, third))

    to_its_end(run())


def test_a_session_ends_some_time_after_its_last_page(tmp_path: Path) -> None:
    async def run() -> None:
        sessions, workers = lonely(tmp_path, linger_s=0.05)
        watched, left = await sessions.create([PLAIN]), await sessions.create([PLAIN])
        watched.enter()
        left.leave(left.enter())
        tidying = asyncio.create_task(sessions.tidy())
        while sessions.get(left.name) is not None:
            await asyncio.sleep(0)
        assert sessions.get(watched.name) is watched and watched.alive
        tidying.cancel()
        await sessions.close()
        await workers.close()

    to_its_end(run())


def test_a_spare_is_warm_before_it_is_asked_for_and_replaced_where_it_died(tmp_path: Path) -> None:
    async def run() -> None:
        _, workers = lonely(tmp_path, warm_after_s=0.0)
        workers.warm()
        spare = await workers._spare  # type: ignore[misc]
        await spare.ready
        assert await workers.take() is spare
        workers.warm()
        dead = await workers._spare  # type: ignore[misc]
        dead.kill("for the test")
        await asyncio.wait(dead._tasks)
        taken = await workers.take()
        assert taken is not dead and taken.alive
        for child in (spare, taken):
            await child.end()
            assert not child.alive
        await workers.close()

    to_its_end(run())


def test_a_worker_that_cannot_be_started_is_said_so(tmp_path: Path) -> None:
    broken = (sys.executable, "-c", "raise SystemExit('no torch here')")
    with serving(tmp_path, worker=broken) as served, served.page(served.begin(), after=0) as page:
        assert "no torch here" in page.until("worker", alive=False)["reason"]


def test_a_session_whose_worker_is_not_ready_yet_ends_at_once(tmp_path: Path) -> None:
    deaf = (sys.executable, "-c", "import signal; signal.pause()")
    with serving(tmp_path, worker=deaf, farewell_s=3600.0) as served:
        session = served.begin()
        pid = served.about(session)["worker"]
        served.end(session)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
