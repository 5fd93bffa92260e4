"""Maps of units whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from loopscope.instruments import Moment
from loopscope.instruments.neuron_maps import NeuronMaps


def as_it_is(raw):
    return torch.as_tensor(raw, dtype=torch.float32)


def read(model, bounds=((-1.0, 1.0), (-2.0, 2.0)), encode=as_it_is, **options):
    moment = Moment(model, 1, raw_bounds=bounds, encode=encode)
    return NeuronMaps(resolution=5, **options).take(moment).arrays


def test_a_unit_is_shown_as_the_next_layer_receives_it():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Dropout(0.9), nn.Linear(2, 1))
    nn.init.eye_(model[0].weight)
    nn.init.zeros_(model[0].bias)
    arrays = read(model)
    assert arrays.keys() == {"grid_x", "grid_y", "inputs", "0"}
    first, second = arrays["0"]
    assert first == pytest.approx(np.maximum(arrays["grid_x"], 0)[None].repeat(5, 0))
    assert second == pytest.approx(np.maximum(arrays["grid_y"], 0)[:, None].repeat(5, 1))


def test_layers_are_named_by_their_weights_and_the_output_is_left_out():
    parts = [
        nn.Linear(2, 3),
        nn.BatchNorm1d(3),
        nn.Tanh(),
        nn.Linear(3, 4),
        nn.Identity(),
        nn.Linear(4, 1),
        nn.Sigmoid(),
    ]
    arrays = read(nn.Sequential(*parts))
    shapes = {key: array.shape for key, array in arrays.items() if key[0] != "g"}
    assert shapes == {"inputs": (2, 5, 5), "0": (3, 5, 5), "3": (4, 5, 5)}


def test_the_number_of_units_is_bounded_and_a_line_is_a_line():
    arrays = read(nn.Sequential(nn.Linear(1, 7), nn.ReLU(), nn.Linear(7, 1)), bounds=((0.0, 1.0),), units=3)
    assert arrays["0"].shape == (3, 40)


def test_in_place_layers_later_do_not_reach_back(begin):
    moment = begin("residual")
    maps = NeuronMaps(resolution=3).take(moment).arrays
    plain = moment.model[0]
    grid = np.stack(np.meshgrid(maps["grid_x"], maps["grid_y"]), -1).reshape(-1, 2)
    with torch.no_grad():
        hidden = plain.into(torch.as_tensor(grid, dtype=torch.float32)).relu()
    assert maps["0.into"].reshape(6, -1) == pytest.approx(hidden.T.numpy(), abs=1e-6)


def test_a_forward_pass_that_overwrites_its_hidden_values_afterwards():
    class Overwrites(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden, self.out = nn.Linear(2, 2), nn.Linear(2, 1)

        def forward(self, x):
            h = self.hidden(x)
            said = self.out(h)
            h.zero_()
            return said

    assert read(Overwrites())["hidden"].any()


def test_without_a_hidden_layer_the_inputs_are_shown_alone():
    assert read(nn.Sequential(nn.Linear(2, 1))).keys() == {"grid_x", "grid_y", "inputs"}


def test_an_input_is_shown_as_the_model_sees_it():
    def encode(raw):
        x1, x2 = as_it_is(raw).T
        return torch.stack([x1.square(), x1 * x2, x2.sin() / 2], dim=1)

    arrays = read(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1)), encode=encode)
    x1, x2 = np.meshgrid(arrays["grid_x"], arrays["grid_y"])
    assert arrays["inputs"] == pytest.approx(np.stack([x1**2, x1 * x2, np.sin(x2) / 2]), abs=1e-6)


def test_inputs_over_one_raw_column_are_lines():
    def encode(raw):
        return torch.cat([as_it_is(raw), as_it_is(raw).square()], dim=1)

    arrays = read(nn.Sequential(nn.Linear(2, 1)), bounds=((0.0, 2.0),), encode=encode)
    assert arrays["inputs"] == pytest.approx(np.stack([arrays["grid_x"], arrays["grid_x"] ** 2]), abs=1e-6)


def test_another_grid_has_other_inputs():
    maps = NeuronMaps(resolution=3)
    moment = Moment(nn.Sequential(nn.Linear(2, 1)), 1, raw_bounds=((0.0, 1.0), (0.0, 1.0)), encode=as_it_is)
    first = maps.take(moment).arrays["inputs"]
    moment.raw_bounds = ((0.0, 5.0), (0.0, 1.0))
    assert maps.take(moment).arrays["inputs"][0].max() == 5 and first[0].max() == 1


def test_more_inputs_than_can_be_drawn_are_left_out():
    def encode(raw):
        return as_it_is(raw).repeat(1, 20)

    assert "inputs" not in read(nn.Sequential(nn.Linear(40, 1)), encode=encode)
    assert "inputs" in read(nn.Sequential(nn.Linear(40, 1)), encode=encode, units=40)


def test_a_layer_called_inputs_is_shown_in_their_place():
    class Named(nn.Module):
        def __init__(self):
            super().__init__()
            self.inputs, self.out = nn.Linear(2, 3), nn.Linear(3, 1)

        def forward(self, x):
            return self.out(self.inputs(x))

    assert read(Named())["inputs"].shape == (3, 5, 5)
