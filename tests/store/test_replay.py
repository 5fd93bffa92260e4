"""A stored run gives the events it was made of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from loopscope.events import Changed, Event, Finding, Found, Measured, RunEnded, RunStarted, StepEnded, decode, encode
from loopscope.store import Store
from loopscope.store.replay import BLOCK


def recorded(store: Store, events: list[Event]) -> list[Event]:
    begun = events[0]
    assert isinstance(begun, RunStarted)
    with store.writer(begun) as writer:
        for event in events[1:]:
            writer.append(event)
    return list(store.events(begun.run))


def test_events_come_back_in_order(
    store: Store, started: Callable[..., RunStarted], step_ended: Callable[[int], StepEnded]
) -> None:
    events: list[Event] = [started(experiment={"a": 1}), Measured(0, "loss", {"train": 0.7})]
    for step in range(1, 31):
        events += [
            step_ended(step),
            Measured(step, "loss", {"train": 1 / step, "test": 2 / step}),
            Measured(step, "surface", {"cost_s": 0.1}, {"grid": np.full((2, 2), step)}),
            Measured(step, "maps", {}, {"unit": np.full(2, step)}),
        ]
    events += [
        Found(30, Finding("dead-relu", "warning", 30)),
        Changed(30, "training.lr", 0.1, 0.2),
        RunEnded(30, "finished", "all steps taken", 1005.0, {"best": 1.0}),
    ]
    back = recorded(store, events)
    assert [encode(event) for event in back] == [encode(event) for event in events]
    assert decode(encode(back[-1])) == events[-1]


def test_what_was_thinned_out_is_missing_and_nothing_else(store: Store, started: Callable[..., RunStarted]) -> None:
    events: list[Event] = [started()]
    events += [Measured(step, "surface", {"x": 1.0 * step}, {"grid": np.array([step])}) for step in range(1, 200)]
    back = recorded(store, events)[1:]
    assert [event.step for event in back if isinstance(event, Measured)] == list(range(1, 200))
    with_arrays = [event.step for event in back if isinstance(event, Measured) and event.arrays]
    assert with_arrays == store.frame_steps("last", "surface").tolist()
    assert 32 < len(with_arrays) < 199


def test_measured_twice_in_a_step_is_told_twice(store: Store, started: Callable[..., RunStarted]) -> None:
    twice: list[Event] = [
        started(),
        Measured(1, "log", {"x": 1.0}),
        Measured(1, "log", {"x": 2.0}),
        Measured(2, "log", {"x": 3.0}),
    ]
    assert recorded(store, twice) == twice


def test_arrays_without_values_keep_their_place(store: Store, started: Callable[..., RunStarted]) -> None:
    events: list[Event] = [
        started(),
        Measured(1, "x", {}, {"grid": np.ones(2)}),
        Measured(2, "x", {"a": 1.0}),
        Measured(3, "x", {}, {"grid": np.ones(2)}),
    ]
    assert [encode(event) for event in recorded(store, events)] == [encode(event) for event in events]


def test_steps_out_of_order_are_put_in_order(
    store: Store, started: Callable[..., RunStarted], step_ended: Callable[[int], StepEnded]
) -> None:
    mixed: list[Event] = [
        started(),
        step_ended(2),
        step_ended(1),
        Measured(3, "x", {"a": 1.0}),
        Measured(1, "x", {"a": 2.0}),
    ]
    assert [getattr(event, "step", 0) for event in recorded(store, mixed)] == [0, 1, 1, 2, 3]


def test_blocks_join_without_a_seam(
    store: Store, started: Callable[..., RunStarted], step_ended: Callable[[int], StepEnded]
) -> None:
    events: list[Event] = [started(), *(step_ended(step) for step in range(1, BLOCK + 3))]
    assert recorded(store, events) == events


def test_a_run_without_an_end_has_none(store: Store, started: Callable[..., RunStarted]) -> None:
    assert recorded(store, [started()]) == [started()]
