"""Surfaces of models that are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from loopscope.instruments import Moment
from loopscope.instruments.decision_surface import DecisionSurface

PLANE = ((-1.0, 1.0), (0.0, 10.0))


def read(model, task, bounds=PLANE, encode=None, resolution=5):
    encode = encode or (lambda raw: torch.as_tensor(raw, dtype=torch.float32))
    return DecisionSurface(resolution=resolution).take(Moment(model, 1, task=task, raw_bounds=bounds, encode=encode))


class By(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def test_rows_go_up_the_second_input_and_columns_along_the_first():
    arrays = read(By(lambda x: x[:, :1] + 100 * x[:, 1:]), "regression").arrays
    assert arrays["grid_x"].tolist() == [-1, -0.5, 0, 0.5, 1]
    assert arrays["grid_y"].tolist() == [0, 2.5, 5, 7.5, 10]
    assert arrays["values"] == pytest.approx(arrays["grid_x"][None] + 100 * arrays["grid_y"][:, None])


def test_two_classes_are_shown_as_the_probability_of_class_1():
    arrays = read(By(lambda x: x[:, :1]), "binary").arrays
    assert arrays["values"][3] == pytest.approx(1 / (1 + np.exp(-arrays["grid_x"])))
    two = read(By(lambda x: torch.stack([0 * x[:, 0], x[:, 0]], 1)), "binary").arrays
    assert two["values"] == pytest.approx(arrays["values"], rel=1e-5)


def test_several_classes_are_shown_each():
    torch.manual_seed(0)
    model = nn.Linear(2, 3)
    arrays = read(model, "multiclass").arrays
    assert arrays["values"].shape == (3, 5, 5)
    assert arrays["values"].sum(0) == pytest.approx(np.ones((5, 5)))
    corner = model(torch.tensor([1.0, 10.0])).softmax(0).detach().numpy()
    assert arrays["values"][:, -1, -1] == pytest.approx(corner, rel=1e-5)


def test_one_input_gives_a_curve_and_several_outputs_several():
    arrays = read(By(lambda x: torch.cat([x, -x], 1)), "regression", bounds=((0.0, 4.0),)).arrays
    assert arrays.keys() == {"grid_x", "values"}
    assert arrays["values"].shape == (2, 40)
    assert arrays["values"][1] == pytest.approx(-arrays["grid_x"])


def test_points_are_encoded_as_the_rows_were_once_for_all_readings():
    calls = []

    def encode(raw):
        calls.append(raw.shape)
        return torch.as_tensor(raw**2, dtype=torch.float32)

    surface = DecisionSurface(resolution=4)
    moment = Moment(By(lambda x: x[:, :1]), 1, task="regression", raw_bounds=PLANE, encode=encode)
    assert surface.take(moment).arrays["values"][0] == pytest.approx(np.linspace(-1, 1, 4) ** 2)
    surface.take(moment)
    assert calls == [(16, 2)]
    moment.raw_bounds = ((0.0, 1.0), (0.0, 1.0))
    assert surface.take(moment).arrays["grid_x"][0] == 0
    assert len(calls) == 2


def test_a_model_of_halves_is_asked_in_halves():
    assert read(nn.Linear(2, 1).bfloat16(), "binary").arrays["values"].dtype == np.float32


def test_nan_weights_give_nan():
    model = nn.Linear(2, 1)
    nn.init.constant_(model.weight, float("nan"))
    assert np.isnan(read(model, "binary").arrays["values"]).all()


def test_why_there_is_no_surface():
    surface = DecisionSurface()
    moment = Moment(nn.Linear(2, 1), 1)
    assert surface.why_not(moment) == "the task is not known"
    moment.task = "next-character"
    assert surface.why_not(moment) == "next-character has no surface"
    moment.task = "binary"
    assert surface.why_not(moment) == "bounds and encoding of the raw inputs are not known"
    moment.encode, moment.raw_bounds = torch.as_tensor, ((0.0, 1.0),) * 3
    assert surface.why_not(moment) == "a picture over the inputs needs one or two of them, not 3"
