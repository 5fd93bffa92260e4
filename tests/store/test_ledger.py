"""What a run has yet to write: values that cannot be recorded stop it, and nothing else is lost by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from loopscope.errors import StoreError
from loopscope.events import Event, Measured, PhaseEnded, RunEnded, RunStarted, StepEnded
from loopscope.store import CHUNK, Store
from loopscope.store.ledger import Ledger


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Measured(3, "log", {"score": "high"}), "log.score near step 3 is 'high'; allowed a number"),  # type: ignore[dict-item]
        (Measured(3, "log", {"score": None}), "log.score near step 3 is None; allowed a number"),  # type: ignore[dict-item]
        (StepEnded(3, 0, 1, None, 0.0, 0.1), "loss near step 1 is None; allowed a number"),  # type: ignore[arg-type]
        (Measured(3, "log", {}, {"words": np.array(["a", {}], dtype=object)}), "array words is of type object"),
    ],
)
def test_a_value_that_is_no_number_stops_the_record_by_name(
    store: Store, started: Callable[..., RunStarted], step_ended: Callable[[int], StepEnded], event: Measured, said: str
) -> None:
    writer = store.writer(started())
    for good in (step_ended(1), Measured(2, "log", {"score": 0.5}), event, Measured(4, "log", {"other": 1.0})):
        writer.append(good)
    with pytest.raises(StoreError, match=said):
        writer.flush()
    with pytest.raises(StoreError, match=said):
        writer.append(step_ended(5))
    with pytest.raises(StoreError, match=said):
        writer.close()
    assert store.series("last", "log.score").values.tolist() == [0.5]
    assert store.series("last", "log.other").values.tolist() == [1.0], "what came with it is still recorded"


def test_numbers_of_other_kinds_are_taken(store: Store, started: Callable[..., RunStarted]) -> None:
    with store.writer(started()) as writer:
        writer.append(Measured(np.int64(1), "log", {"a": np.float32(0.1), "b": True, "c": 7}))  # type: ignore[arg-type]
    assert store.series("last", "log.a").values.tolist() == [float(np.float32(0.1))]
    assert store.series("last", "log.b").values.tolist() == [1.0]


def test_names_that_are_no_unicode_are_taken(store: Store, started: Callable[..., RunStarted]) -> None:
    with store.writer(started(name="caf\udce9", facts={"path": "caf\udce9"})) as writer:
        writer.append(Measured(1, "lo\udce9g", {"a\udce9": 1.0}, {"b\udce9": np.ones(2)}))
        writer.append(RunEnded(1, "failed", "no file caf\udce9"))
    assert store.series_names("last") == ["lo?g.a?"]
    assert store.find("last").reason == "no file caf?"


def test_phases_are_not_recorded(store: Store, started: Callable[..., RunStarted]) -> None:
    with store.writer(started()) as writer:
        writer.append(PhaseEnded(1, "forward", {"a": 1.0}, {"b": np.ones(3)}))
        writer.append(started())
    assert len(list(store.events("last"))) == 1


class Interleaved(list[Event]):
    """Pending events to which another thread adds just when they are copied."""

    def __getitem__(self, where: Any) -> Any:
        copied = super().__getitem__(where)
        self.append(Measured(9, "late", {"x": 1.0}))
        return copied


def test_what_comes_while_events_are_collected_waits_for_the_next_time() -> None:
    ledger = Ledger(1, "run", 0.0)
    ledger.pending = Interleaved([Measured(1, "early", {"x": 1.0})])
    assert ledger.collect()
    assert list(ledger.pending) == [Measured(9, "late", {"x": 1.0})]


@pytest.mark.parametrize("count", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
@pytest.mark.parametrize("burst", [1000, 10**9])
def test_chunks_join_without_a_seam(store: Store, started: Callable[..., RunStarted], count: int, burst: int) -> None:
    with store.writer(started()) as writer:
        for step in range(1, count + 1):
            writer.append(Measured(step, "log", {"x": step / 3}))
            if step % burst == 0:
                writer.flush()
    series = store.series("last", "log.x")
    assert series.steps.tolist() == list(range(1, count + 1))
    assert np.array_equal(series.values, np.arange(1, count + 1) / 3)


def test_the_fingerprint_is_of_every_field_but_the_name(store: Store, started: Callable[..., RunStarted]) -> None:
    for run, experiment in [
        ("a", {"name": "a", "training": {"lr": 0.1}}),
        ("b", {"training": {"lr": 0.1}, "name": "b"}),
        ("c", {"name": "a", "training": {"lr": 0.2}}),
    ]:
        store.writer(started(run, experiment=experiment)).close()
    marks = [store.find(run).fingerprint for run in "abc"]
    assert marks[0] == marks[1] != marks[2]
    store.writer(started("d", facts={"fingerprint": "known"})).close()
    assert store.find("d").fingerprint == "known"


def test_the_fingerprint_is_the_experiments_own(store: Store, started: Callable[..., RunStarted]) -> None:
    from loopscope.experiment import preset

    experiment = preset("moons-mlp")
    store.writer(started(experiment=experiment.plain())).close()
    assert store.find("last").fingerprint == experiment.fingerprint
