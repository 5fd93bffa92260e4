"""A million steps are small on disk, and a chart of them is right."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from loopscope.events import Measured, RunStarted, StepEnded
from loopscope.store import Store, keeps

MILLION = 1_000_000
LARGEST_BYTES = 100 * 10**6
EVERY = 25  # steps between two surfaces after the first hundred; thinning keeps few of either


def losses() -> np.ndarray:
    """As torch would give them: falling, noisy, float32, with one spike, one gap and a last value that stands out."""
    noise = np.random.default_rng(0).normal(size=MILLION)
    values = (1 / np.sqrt(np.arange(1, MILLION + 1)) + 0.01 * np.abs(noise)).astype(np.float32).astype(np.float64)
    values[[123_456, 654_321, MILLION - 1]] = 77.0, np.nan, 0.5
    return values


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store.open(tmp_path_factory.mktemp("million"))
    grid = np.random.default_rng(1).random((40, 40), dtype=np.float32)
    with store.writer(RunStarted("run-million", "million", 0.0)) as writer:
        for step, loss in enumerate(losses().tolist(), start=1):
            writer.append(StepEnded(step, step // 1000, 32 * step, loss, 0.0, 0.1))
            if step < 100 or step % EVERY == 0:
                writer.append(Measured(step, "surface", {"mean": loss}, {"grid": grid + np.float32(step)}))
    return store


def test_a_million_steps_stay_small(million: Store) -> None:
    size = million.path.stat().st_size
    print(f"a million steps with surfaces: {size / 1e6:.1f} MB")
    assert size <= LARGEST_BYTES


def test_every_one_of_a_million_values_is_there(million: Store) -> None:
    series = million.series("million", "loss")
    assert np.array_equal(series.steps, np.arange(1, MILLION + 1))
    assert series.values.tobytes() == losses().tobytes()
    assert np.array_equal(million.series("million", "samples_seen").values, 32.0 * np.arange(1, MILLION + 1))


def test_a_chart_of_a_million_keeps_ends_extremes_and_gaps(million: Store) -> None:
    begun = time.perf_counter()
    chart = million.series("million", "loss", points=2000)
    print(f"a chart of a million steps: {1000 * (time.perf_counter() - begun):.0f} ms")
    values = losses()
    assert 1000 < len(chart) <= 2000
    assert chart.values.tobytes() == values[chart.steps - 1].tobytes()
    assert {1, 123_457, 654_322, MILLION, int(np.nanargmin(values)) + 1} <= set(chart.steps.tolist())


def test_frames_of_a_million_steps_are_few_and_spread_evenly_in_log(million: Store) -> None:
    steps = million.frame_steps("million", "surface").tolist()
    assert steps[0] == 1
    assert steps[-1] == MILLION
    assert 300 < len(steps) < 600
    assert all(keeps(later, earlier) for earlier, later in pairwise(steps[:-1]))


def test_a_commit_writes_no_more_late_than_early(tmp_path: Path, started: Callable[..., RunStarted]) -> None:
    """Counted in what is sent to SQLite, not in time."""
    store = Store.open(tmp_path)
    sent: list[int] = []
    with store.writer(started()) as writer:
        assert store._committer._database is not None
        store._committer._database.set_trace_callback(lambda statement: sent.append(len(statement)))
        totals: list[int] = []
        for burst in range(64):
            sent.clear()
            for step in range(burst * 1000 + 1, burst * 1000 + 1001):
                writer.append(StepEnded(step, 0, step, 1 / step, 0.0, 0.1))
            writer.flush()
            totals.append(sum(sent))
    assert min(totals) > 2000, "a thousand losses were sent each time"
    assert max(totals[-32:]) <= 1.1 * max(totals[:32])
