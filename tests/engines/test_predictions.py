"""What is said of each drawn row: PyTorch's own, in the rows' order and the targets' unit, leaving no trace."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from loopscope import datasets
from loopscope.engines.live import Live
from loopscope.engines.predictions import predictions, why_none
from loopscope.experiment import presets, validate
from loopscope.instruments import make


def taken(live: Live, count: int) -> Live:
    for _ in range(count):
        live.step()
    return live


@pytest.mark.parametrize("name", ["breast-cancer", "iris", "circles"])
def test_the_share_of_right_classes_is_the_accuracy_that_metrics_measure(name: str) -> None:
    live = taken(Live(presets()[name].experiment), 20)
    said, data = predictions(live.job, live.taken), live.job.dataset
    (metrics,) = live.measure(make(["metrics"]))
    for side, rows in (("train", data.train), ("test", data.test)):
        assert said.arrays[side].dtype == np.int32
        assert (said.arrays[side] == rows.raw_targets).mean() == pytest.approx(metrics.values[f"{side}_accuracy"])


@pytest.mark.parametrize("averaged", [{}, {"ema": 0.9}])
def test_values_are_in_the_targets_own_unit(averaged: dict[str, Any]) -> None:
    live = taken(Live(validate({"data": {"name": "diabetes", "scale": "standard"}, "training": averaged})), 20)
    said, data = predictions(live.job, live.taken), live.job.dataset
    (metrics,) = live.measure(make(["metrics"]))
    for side, rows in (("train", data.train), ("test", data.test)):
        away = np.abs(said.arrays[side] - rows.raw_targets).mean()
        assert away == pytest.approx(metrics.values[f"{side}_mae"], rel=1e-4)


def test_to_predict_changes_nothing() -> None:
    plain = {"model": {"hidden": [6], "dropout": 0.4, "norm": "batch"}}
    looked, bare = Live(validate(plain)), Live(validate(plain))
    for _ in range(20):
        predictions(looked.job, looked.taken)
        assert looked.step() == bare.step()
    assert all(torch.equal(a, b) for a, b in zip(looked.job.model.buffers(), bare.job.model.buffers(), strict=True))


def test_an_output_that_is_no_number_says_no_class() -> None:
    live = Live(validate({}))
    with torch.no_grad():
        next(live.job.model.parameters()).fill_(float("nan"))
    assert set(predictions(live.job, 0).arrays["train"].tolist()) == {-1}


def test_text_has_no_rows_to_mark() -> None:
    text = validate({"data": {"name": "text"}})
    job: Any = SimpleNamespace(dataset=datasets.load(text.data, 0))
    assert "character" in why_none(job) and not why_none(Live(validate({})).job)
