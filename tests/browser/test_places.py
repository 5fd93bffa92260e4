"""The lab has places for eight: who comes ninth is told to wait, and nobody else notices."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack

import httpx
from playwright.sync_api import expect
from websockets.sync.client import connect

from browser.lab_page import LabPage
from browser.place import Place, small
from browser.pool import Pool
from browser.visits import Visits


def test_the_ninth_is_told_to_wait(visits: Visits, pool: Pool, lab: Place) -> None:
    visits.expected.append("status of 503")
    pool.empty()
    with ExitStack() as others:
        held = list(iter(lambda: begin(lab, others), None))
        assert len(held) == 8
        page = LabPage(visits.visitor().new_page(), pool)
        page.page.goto(lab.page)
        refusal = page.page.get_by_role("alert")
        expect(refusal).to_contain_text("All 8 places are taken by pages that are open.")
        expect(refusal).to_contain_text("Close one of them, wait a moment, and try again.")
        assert all(lab.ask("GET", f"sessions/{session}").json()["pages"] == 1 for session in held)
        lab.end(held[0])
        page.button("Try again").click()
        page.ready()


def begin(lab: Place, others: ExitStack) -> str | None:
    """A session with somebody who listens, and without a worker, which is not asked anything; None where it is told
    to wait."""
    try:
        session = lab.begin(small())
    except httpx.HTTPStatusError as refused:
        assert refused.response.status_code == 503
        return None
    others.callback(lab.end_soon, session)
    others.enter_context(connect(lab.socket(session), additional_headers=lab.headers))
    worker = lab.worker(session)
    if worker is not None:
        os.kill(worker, signal.SIGKILL)
    return session
