"""Workers that are killed, again and again: what their pages were shown is in the record, each step once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from loopscope.server.settings import WORKER
from loopscope.store import Store

from .conftest import Page, Served, serving

SMALL: dict[str, Any] = {
    "data": {"name": "circles", "samples": 60},
    "model": {"hidden": [3]},
    "training": {"batch_size": 10},
}
When: TypeAlias = Callable[["Watcher"], bool]


@dataclass
class Watcher:
    """A page that remembers every step it was shown, and says what it hears is drawn."""

    page: Page
    losses: dict[int, float] = field(default_factory=dict)
    lane: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    worker: dict[str, Any] = field(default_factory=dict)
    steps_heard: int = 0

    def until(self, when: When) -> None:
        while not when(self):
            self.take(self.page.hear())

    def take(self, message: dict[str, Any]) -> None:
        if message["kind"] in ("state", "worker", "lane"):
            setattr(self, message["kind"], message)
        if message["kind"] == "events":
            for event in message["events"]:
                if event["kind"] == "StepEnded":
                    self.shown(event["data"]["step"], event["data"]["loss"])
            self.page.send("drawn", seq=message["seq"])

    def shown(self, step: int, loss: float) -> None:
        self.steps_heard += 1
        assert self.losses.setdefault(step, loss) == loss, "taken again, a step is the same bit for bit"


def killed(served: Served, session: str, watcher: Watcher) -> None:
    worker = served.about(session)["worker"]
    os.kill(worker, signal.SIGKILL)
    watcher.until(lambda watcher: watcher.worker.get("alive") is False)
    watcher.until(lambda watcher: watcher.state["status"] == "dead")


def replaced(watcher: Watcher) -> None:
    watcher.page.send("restart_worker")
    watcher.until(lambda watcher: "took over" in watcher.worker["reason"])
    assert watcher.state["status"] == "paused"


def recorded(home: Path, run: str) -> dict[int, float]:
    """The loss of each step up to the end of a run, those of the runs it came from among them; each is there once."""
    with Store.open(home, create=False) as store:
        record = store.find(run) if any(each.id == run for each in store.runs()) else None
        assert record is not None, "the run that goes on is recorded"
        parent, begun_at = record.facts.get("from") or (None, 0)
        series = store.series(record, "loss")
    steps = series.steps.tolist()
    assert steps == list(range(begun_at + 1, begun_at + 1 + len(steps)))
    before = recorded(home, parent) if parent else {}
    assert max(before, default=0) >= begun_at
    return {step: loss for step, loss in before.items() if step <= begun_at} | dict(
        zip(steps, series.values.tolist(), strict=True)
    )


def test_no_step_that_was_shown_is_missing_however_often_the_worker_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path, worker=WORKER, warm_after_s=0.0) as served:
        session = served.begin(SMALL)
        with served.page(session) as page:
            watcher = Watcher(page)
            watcher.until(lambda watcher: bool(watcher.losses) or bool(watcher.lane))
            for moment in (1, 30, 400, 1500):  # before the first commit, and ever later ones
                until = max(watcher.losses, default=0) + moment
                page.send("play")
                watcher.until(lambda watcher, until=until: max(watcher.losses, default=0) >= until)
                killed(served, session, watcher)
                replaced(watcher)
                assert watcher.state["step"] == watcher.state["head"] >= max(watcher.losses)
            page.send("advance", by="batch")
            head = watcher.state["head"] + 1
            watcher.until(lambda watcher: watcher.state["step"] == head and head in watcher.losses)
        served.end(session)
    found = recorded(tmp_path, watcher.lane["run"])
    assert list(found) == list(range(1, head + 1))
    assert watcher.losses == {step: found[step] for step in watcher.losses}
    with Store.open(tmp_path, create=False) as store:
        assert all(len(store.series(run, "loss")) for run in store.runs()), "no run is left without a step"
