"""What the tests of the store share: a store in a fresh folder, and events made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loopscope.events import RunStarted, StepEnded
from loopscope.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def started() -> Callable[..., RunStarted]:
    def make(
        run: str = "20260101-000000-moons-aaaaaa", name: str = "moons", at: float = 1000.0, **more: object
    ) -> RunStarted:
        return RunStarted(run=run, name=name, started=at, **more)  # type: ignore[arg-type]

    return make


@pytest.fixture
def step_ended() -> Callable[[int], StepEnded]:
    def make(step: int) -> StepEnded:
        return StepEnded(step, epoch=step // 10, samples_seen=32 * step, loss=1 / step, penalty=0.0, lr=0.1)

    return make
