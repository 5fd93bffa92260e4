"""Series, frames, changes and findings come back as they went in; what is not there is named with the nearest."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopscope.errors import UserMistake
from loopscope.events import Changed, Finding, Found, Measured, RunStarted, StepEnded, Where
from loopscope.store import CHUNK, Store
from loopscope.store.thinning import keeps

some_floats = st.floats(allow_nan=True, allow_infinity=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), some_floats), max_size=40), st.integers(1, 10))
def test_a_series_comes_back_bit_for_bit(store: Store, points: list[tuple[int, float]], burst: int) -> None:
    run = f"run-{len(store.runs())}"
    with store.writer(RunStarted(run, run, 0.0)) as writer:
        writer.append(Measured(0, "log", {"x": -0.0}))
        for place, (step, value) in enumerate(points):
            writer.append(Measured(step, "log", {"x": value}))
            if place % burst == 0:
                writer.flush()
    series = store.series(run, "log.x")
    assert series.steps.tolist() == [0, *(step for step, _ in points)]
    assert series.values.tobytes() == np.array([-0.0, *(value for _, value in points)]).tobytes()


def test_names_are_in_order_and_the_steps_own_have_no_instrument(
    store: Store, started: Callable[..., RunStarted], step_ended: Callable[[int], StepEnded]
) -> None:
    with store.writer(started()) as writer:
        writer.append(step_ended(1))
        writer.append(Measured(1, "loss", {"train": 0.5}))
        writer.append(Measured(1, "surface", {}, {"grid": np.ones((2, 2))}))
        writer.append(Measured(1, "gradient_norm", {"0.weight": 2.0}))
    assert store.series_names("last") == [
        "loss", "penalty", "lr", "epoch", "samples_seen", "loss.train", "gradient_norm.0.weight",
    ]  # fmt: skip
    assert store.series("last", "gradient_norm.0.weight").values.tolist() == [2.0]
    assert sorted(store.instruments("last")) == ["gradient_norm", "loss", "surface"]
    assert store.array_names("last", "surface") == ["grid"]
    assert store.array_names("last", "loss") == []


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda s: s.series("last", "los"), r'series is \'los\'; allowed .*\. Did you mean "loss"\?'),
        (lambda s: s.frames("last", "surfac", "grid"), r"instrument is 'surfac'; allowed surface\. Did you mean"),
        (lambda s: s.frames("last", "surface", "gird"), r"array of surface is 'gird'; allowed grid\. Did you mean"),
        (lambda s: s.frame("last", "surface", 4), r"step is 4; allowed 5 or later"),
        (lambda s: s.series("last", "loss", points=2), r"points is 2; allowed 8 or more"),
    ],
)
def test_what_is_not_there_is_named(
    store: Store,
    started: Callable[..., RunStarted],
    step_ended: Callable[[int], StepEnded],
    ask: Callable[[Store], object],
    said: str,
) -> None:
    with store.writer(started()) as writer:
        writer.append(step_ended(1))
        writer.append(Measured(5, "surface", {}, {"grid": np.ones(2)}))
    with pytest.raises(UserMistake, match=said):
        ask(store)


@pytest.mark.parametrize("burst", [1, 7, 64, 10**9])
def test_frames_are_thinned_while_they_are_written_and_the_last_stays(
    store: Store, started: Callable[..., RunStarted], burst: int
) -> None:
    stay: list[int] = []
    with store.writer(started()) as writer:
        for step in range(1, 1501):
            writer.append(Measured(step, "surface", {}, {"grid": np.full((3, 2), step), "axis": np.arange(3.0)}))
            if keeps(step, stay[-1] if stay else None):
                stay.append(step)
            if step % burst == 0:
                writer.flush()
                assert store.frame_steps("last", "surface").tolist() == [*stay, *([step] if step != stay[-1] else [])]
    expected = [*stay, *([1500] if stay[-1] != 1500 else [])]
    frames = store.frames("last", "surface", "grid")
    assert frames.steps.tolist() == expected
    assert all(
        (array == step).all() and array.shape == (3, 2) for step, array in zip(frames.steps, frames.arrays, strict=True)
    )
    assert len(frames) == len(store.frames("last", "surface", "axis"))


def test_the_frame_at_or_before_a_step(store: Store, started: Callable[..., RunStarted]) -> None:
    with store.writer(started()) as writer:
        for step in (0, 10, 20):
            writer.append(Measured(step, "surface", {}, {"grid": np.array([step])}))
    assert [store.frame("last", "surface", step)["grid"].item() for step in (0, 9, 10, 19, 10**6)] == [0, 0, 10, 10, 20]


def test_arrays_that_come_apart_do_not_push_each_other_out(store: Store, started: Callable[..., RunStarted]) -> None:
    with store.writer(started()) as writer:
        for step in range(1000, 2000, 10):
            writer.append(Measured(step, "log", {}, {"a": np.array([step])}))
            writer.append(Measured(step + 1, "log", {}, {"b": np.array([step])}))
    assert len(store.frames("last", "log", "a")) == len(store.frames("last", "log", "b")) >= 20


def test_last_values_are_those_of_the_last_chunk(store: Store, started: Callable[..., RunStarted]) -> None:
    with store.writer(started()) as writer:
        for step in range(1, CHUNK + 2):
            writer.append(Measured(step, "x", {"a": step / 3, "b": np.nan} if step < 10 else {"a": step / 3}))
            writer.append(Measured(step, "y", {"c": 1.0}))
            writer.append(StepEnded(step, 1, step, 1 / step, 0.0, 0.1))
    with store.writer(started("another", at=900.0)):
        pass
    run, another = store.runs()
    last = store.last_values([run, another], ("loss",), ("x",))
    assert last[another.id] == {} and set(last[run.id]) == {"loss", "x.a", "x.b"}
    assert (last[run.id]["x.a"], last[run.id]["loss"]) == ((CHUNK + 1) / 3, 1 / (CHUNK + 1))
    assert np.isnan(last[run.id]["x.b"])


def test_changes_and_findings_come_back(store: Store, started: Callable[..., RunStarted]) -> None:
    change = Changed(4, "training.lr", 0.1, 0.01)
    finding = Finding(
        "dead-relu",
        "warning",
        7,
        {"share": 0.9},
        "Nine in ten.",
        "use GELU",
        "dead-units",
        Where("a.py", 3, "x"),
        {"n": [1]},
    )
    bare = Finding("overfit", "info", 5)
    with store.writer(started()) as writer:
        for event in (Found(7, finding), change, Found(5, bare), Changed(2, "data", None, {"a": [1]})):
            writer.append(event)
    assert store.findings("last") == [bare, finding]
    assert store.changes("last") == [Changed(2, "data", None, {"a": [1]}), change]


def test_readers_see_whole_steps_while_a_writer_writes(store: Store, started: Callable[..., RunStarted]) -> None:
    seen: list[int] = []
    done = threading.Event()

    def watch() -> None:
        reader = Store.open(store.path, create=False)
        while not done.is_set():
            if "x.b" in reader.series_names("last"):
                one = reader.series("last", "x.a")
                assert np.array_equal(one.steps, np.arange(1, len(one) + 1))
                seen.append(len(one))

    watcher = threading.Thread(target=watch)
    with store.writer(started()) as writer:
        watcher.start()
        for step in range(1, 4 * CHUNK):
            writer.append(Measured(step, "x", {"a": float(step), "b": 0.0}))
            if step % 100 == 0:
                writer.flush()
        done.set()
        watcher.join()
    assert seen == sorted(seen)
