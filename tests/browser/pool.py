"""Sessions that tests hand on to each other, begun anew each time: a worker's start is seconds. Knows no page."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import msgpack as untyped_msgpack  # pyright: ignore[reportMissingTypeStubs]
from websockets.sync.client import connect

from browser.place import Place, small
from loopscope.experiment import Experiment

msgpack: Any = untyped_msgpack  # it has no types of its own
ANSWER_S = 60


@dataclass
class Pool:
    """Sessions of a lab that nobody uses at the moment."""

    lab: Place
    idle: list[str] = field(default_factory=list)

    def take(self, experiment: Experiment) -> str:
        """A session that stands at step 0 of the experiment, or is about to."""
        if not self.idle:
            return self.lab.begin(experiment)
        session = self.idle.pop()
        self._start(session, experiment)
        return session

    def give(self, session: str) -> None:
        """Hand a session on; what was recorded in it is whole then. One without a worker is ended."""
        about = self.lab.ask("GET", f"sessions/{session}")
        if about.status_code == 200 and about.json()["alive"]:
            self._start(session, small())
            self.idle.append(session)
        else:
            self.lab.end_soon(session)

    def empty(self) -> None:
        """End all of them."""
        while self.idle:
            self.lab.end(self.idle.pop())

    def _start(self, session: str, experiment: Experiment) -> None:
        with connect(self.lab.socket(session), additional_headers=self.lab.headers) as socket:
            for command in (
                {"do": "pause"},
                {"do": "speed", "steps_per_second": None},
                {"do": "start", "experiments": [experiment.model_dump(mode="json")]},
            ):
                socket.send(json.dumps(command))
            while True:
                message = msgpack.unpackb(socket.recv(timeout=ANSWER_S), strict_map_key=False)
                if message["kind"] == "lane" and message["experiment"]["name"] == experiment.name:
                    return
