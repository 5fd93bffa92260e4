"""Weights against NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from loopscope.instruments import Moment
from loopscope.instruments.weights import Weights


def test_numbers_values_and_histogram(begin, kind):
    model = begin(kind).model
    reading = Weights(bins=12).take(Moment(model, 1))
    for name, parameter in model.named_parameters():
        entries = parameter.detach().float().numpy().astype(np.float64)
        found = [reading.values[f"{quantity}/{name}"] for quantity in ("mean", "std", "norm")]
        assert found == pytest.approx([entries.mean(), entries.std(), np.linalg.norm(entries)], rel=1e-5, abs=1e-6)
        assert np.array_equal(reading.arrays[f"values/{name}"], entries)
        assert reading.arrays[f"counts/{name}"].sum() == entries.size
        if entries.std() > 1e-6:
            assert np.array_equal(reading.arrays[f"counts/{name}"], np.histogram(entries, 12)[0])


def test_a_big_tensor_has_a_histogram_and_no_values():
    reading = Weights(most=5).take(Moment(nn.Linear(3, 2), 1))
    assert "values/weight" not in reading.arrays
    assert "values/bias" in reading.arrays
    assert reading.arrays["counts/weight"].sum() == 6


def test_what_was_read_stays_when_the_weights_move_on():
    model = nn.Linear(1, 1)
    before = model.weight.item()
    reading = Weights().take(Moment(model, 1))
    nn.init.zeros_(model.weight)
    assert reading.arrays["values/weight"].item() == before
    assert reading.arrays["values/weight"].flags.owndata


def test_nan_is_reported_and_left_out_of_the_histogram():
    model = nn.Linear(4, 1)
    with torch.no_grad():
        model.weight[0, 0] = math.nan
    reading = Weights().take(Moment(model, 1))
    assert math.isnan(reading.values["mean/weight"])
    assert reading.arrays["counts/weight"].sum() == 3


def test_empty_and_complex_parameters():
    model = nn.ParameterDict({"none": nn.Parameter(torch.zeros(0)), "complex": nn.Parameter(torch.tensor([3 + 4j]))})
    values = Weights().take(Moment(model, 1)).values
    assert values["norm/complex"] == 5
    assert "mean/none" not in values
