"""A lab that is being served: its address, its API, its record. Knows no browser."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from loopscope.experiment import Experiment, to_link, validate, with_settings
from loopscope.runs import Run, list_runs

SMALL: dict[str, Any] = {
    "data": {"name": "moons", "samples": 100, "test_fraction": 0.3},
    "model": {"hidden": [4]},
    "training": {"lr": 0.03, "batch_size": 32, "epochs": 20},
}
"""70 rows in batches of 32: three steps are an epoch."""
NUMBERS = count()


def small(*settings: str) -> Experiment:
    """The small experiment, under a name that no other test uses, with settings as `--set` takes them."""
    return with_settings(validate({"name": f"small-{next(NUMBERS)}", **SMALL}), list(settings))


@dataclass(frozen=True)
class Place:
    """A lab of its own, as a person starts it."""

    url: str
    token: str
    home: Path
    ending: Executor
    """Lets sessions go while the next test begins: a worker takes its time to leave."""

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A request that holds the token."""
        return httpx.request(method, f"{self.origin}/api/{path}", headers=self.headers, timeout=60, **more)

    @property
    def page(self) -> str:
        """The lab's own page, with the token; `url` is the home page's."""
        return self.url.replace("/?", "/lab.html?", 1)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    def socket(self, session: str) -> str:
        """The address at which a session is heard."""
        return f"{self.origin.replace('http', 'ws', 1)}/api/sessions/{session}/live"

    def begin(self, experiment: Experiment) -> str:
        """A new session. Raises where there is no place."""
        answer = self.ask("POST", "sessions", json={"experiments": [experiment.model_dump(mode="json")]})
        return answer.raise_for_status().json()["session"]

    def end(self, session: str) -> None:
        """End a session and its worker; its record is whole then."""
        assert self.ask("DELETE", f"sessions/{session}").status_code in (204, 404)

    def end_soon(self, session: str) -> None:
        """The same, without waiting for it."""
        self.ending.submit(self.end, session)

    def worker(self, session: str) -> int | None:
        """The process that obeys a session."""
        return self.ask("GET", f"sessions/{session}").json()["worker"]

    def runs(self, name: str) -> list[Run]:
        """Recorded runs of that name, the oldest first."""
        return [run for run in reversed(list_runs(self.home)) if run.name == name]

    def losses(self, run: Run) -> dict[int, float]:
        """The recorded loss of each step."""
        series = run.series("loss")
        return dict(zip(series.steps.tolist(), series.values.tolist(), strict=True))


def link(experiment: Experiment) -> str:
    """As it stands behind the # of an address."""
    return to_link(experiment)
