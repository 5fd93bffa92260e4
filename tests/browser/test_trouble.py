"""What goes wrong around a run: its process is killed, the connection is cut, the page is loaded again."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, WebSocketRoute, expect

from browser.lab_page import LabPage
from browser.place import Place
from browser.pool import Pool
from loopscope.engines import prepare
from loopscope.experiment import Experiment

A_SECOND = 150
"""steps, at the pace that is asked for, and some more"""


def test_a_killed_worker_is_told_of_and_replaced_at_the_last_step(page: LabPage, lab: Place) -> None:
    page.slow_down()
    page.play()
    page.reaches(2 * A_SECOND)  # so that much of it is committed
    worker = lab.worker(page.session)
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    expect(page.told).to_contain_text("The worker is gone: it was ended from outside (SIGKILL).")
    at = page.step
    page.told.get_by_role("button", name="Restart from the last step").click()
    expect(page.told).to_contain_text("A new worker took over at step")
    assert at >= 2 * A_SECOND
    page.reaches(at)
    expect(page.button("play")).to_be_enabled()
    page.play()
    page.reaches(at + 20)
    page.pause()
    recorded = {step: loss for run in page.leave() for step, loss in lab.losses(run).items()}
    assert recorded
    alone = losses(page.experiment, max(recorded))
    assert recorded == alone, "a run that was interrupted is the same run, and nothing of it is lost"


def test_a_cut_connection_leaves_no_gap_and_a_reload_changes_nothing(visitor: BrowserContext, pool: Pool) -> None:
    tab, wire = visitor.new_page(), Wire()
    tab.route_web_socket(re.compile("/live"), wire.lay)
    page = LabPage(tab, pool).open()
    session = page.session
    page.slow_down()
    page.play()
    page.reaches(30)
    wire.cut()
    expect(page.told).to_contain_text("Connection lost")
    at = page.step
    wire.mend()
    expect(page.told).not_to_contain_text("Connection lost")
    page.reaches(at + 30)
    stood = page.pause()
    heard = page.curve()
    assert sorted(heard) == list(range(1, stood + 1))

    tab.reload()
    page.ready()
    page.stands_at(stood)
    assert page.session == session
    assert page.curve() == heard
    [run] = page.leave()
    assert heard == pool.lab.losses(run)


@dataclass
class Wire:
    """The WebSocket between page and server, to be cut and mended."""

    whole: bool = True
    ends: list[WebSocketRoute] = field(default_factory=list)

    def lay(self, page: WebSocketRoute) -> None:
        if self.whole:
            self.ends += [page, page.connect_to_server()]
        else:
            page.close()

    def cut(self) -> None:
        self.whole = False
        for end in self.ends:
            end.close()
        self.ends.clear()

    def mend(self) -> None:
        self.whole = True


def losses(experiment: Experiment, steps: int) -> dict[int, float]:
    """What the plain loop gives, undisturbed."""
    found = {}
    for state in prepare(experiment).loop(epochs=steps):
        if state.phase == "schedule":
            found[state.step] = state.loss_value
        if len(found) == steps:
            break
    return found
