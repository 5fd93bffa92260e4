"""Maps of units whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from loopscope.instruments import Moment
from loopscope.instruments.neuron_maps import NeuronMaps


def read(model, bounds=((-1.0, 1.0), (-2.0, 2.0)), **options):
    moment = Moment(model, 1, raw_bounds=bounds, encode=lambda raw: torch.as_tensor(raw, dtype=torch.float32))
    return NeuronMaps(resolution=5, **options).take(moment).arrays


def test_a_unit_is_shown_as_the_next_layer_receives_it():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Dropout(0.9), nn.Linear(2, 1))
    nn.init.eye_(model[0].weight)
    nn.init.zeros_(model[0].bias)
    arrays = read(model)
    assert arrays.keys() == {"grid_x", "grid_y", "0"}
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
    assert {key: array.shape for key, array in arrays.items() if key[0] != "g"} == {"0": (3, 5, 5), "3": (4, 5, 5)}


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


def test_without_a_hidden_layer_there_is_nothing_to_show():
    assert read(nn.Sequential(nn.Linear(2, 1))) == {}
