"""Readings of all models at once against the instruments' own."""

from __future__ import annotations

from typing import Any

import pytest

from loopscope.engines.stacked import looking, running
from loopscope.engines.stacked.readings import read_together
from loopscope.instruments import OnDemand
from loopscope.instruments.loss import Loss
from loopscope.instruments.metrics import Metrics
from strategies.stacked_runs import asked, assert_same, one_by_one, stacked

IRIS = {"data": {"name": "iris", "samples": 70, "scale": "standard"}, "seed": {"data": 1}}
TASKS: dict[str, list[dict[str, Any]]] = {
    "binary": [{}, {"training": {"l2": 0.01}}, {"training": {"lr": 0.2}}],
    "binary, data of their own": [{"seed": {"data": 1}}, {"seed": {"data": 2}}],
    "multiclass": [IRIS, {**IRIS, "training": {"ema": 0.9}}, {**IRIS, "training": {"label_smoothing": 0.2}}],
    "regression": [{"data": {"name": "diabetes", "samples": 90, "scale_target": scaled}} for scaled in (True, False)],
    "no test rows": [{"data": {"test_fraction": 0.0}}, {"data": {"test_fraction": 0.0}}],
    "faults in the rows": [{"faults": {"inject": ["misaligned-labels"]}}, {"faults": {"inject": ["unshuffled"]}}],
    "averaged weights": [{"training": {"ema": 0.8}}, {"training": {"ema": 0.9}}],
    "normalised": [{"model": {"norm": "batch", "dropout": 0.3}, "training": {"optimizer": "sgd"}}] * 2,
}  # fmt: skip


@pytest.mark.parametrize("task", TASKS)
def test_what_is_read_together_is_the_instruments_own(task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LOOKED_OVER", 400)  # whole sets in pieces
    experiments = asked(*TASKS[task], steps=40)
    names = ("metrics", "decision_surface", "loss")
    assert_same(one_by_one(experiments, *names), stacked(experiments, *names), tolerance=1e-4)


def test_they_take_their_places_among_others(monkeypatch: pytest.MonkeyPatch) -> None:
    experiments = asked({}, {"training": {"early_stopping": 1, "lr": 0.3}}, {}, steps=60)
    names = ("weights", "loss", "gradient_norm", "metrics")
    together = stacked(experiments, *names)
    assert_same(one_by_one(experiments, *names), together, tolerance=1e-3)
    monkeypatch.setattr(looking, "read_together", lambda instrument, stack: False)
    assert_same(stacked(experiments, *names), together, tolerance=1e-3)


def test_what_is_no_reading_of_all_is_left_to_the_instrument() -> None:
    class Other(Loss):
        name = "other"

    class Text:
        class Job:
            class dataset:  # noqa: N801
                task = "next-character"

        jobs = (Job,)

    assert read_together(Loss(), Text)  # type: ignore[arg-type]
    assert not read_together(Other(), Text)  # type: ignore[arg-type]
    assert not read_together(Metrics(), Text)  # type: ignore[arg-type]


def test_nobody_asks_who_is_only_read_on_demand() -> None:
    experiments = asked({}, {}, steps=10)
    told = [event for events in stacked(experiments) for event in events]
    loss = Loss(OnDemand())
    from loopscope.engines.stacked import run_stacked

    assert len(told) == len([event for _, event in run_stacked(experiments, [loss])])
