"""Activation statistics on nets of which the answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from loopscope.instruments import Arguments, Moment
from loopscope.instruments.activations import Activations


def read(model, inputs, **options):
    return Activations(**options).take(Moment(model, 1, inputs=inputs))


def fixed(weight, bias):
    layer = nn.Linear(len(weight[0]), len(weight))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weight))
        layer.bias.copy_(torch.tensor(bias))
    return layer


def test_mean_deviation_and_histogram_are_those_of_the_outputs():
    torch.manual_seed(0)
    model, x = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)), torch.randn(20, 3)
    reading = read(model, x, bins=10)
    with torch.no_grad():
        outputs = {"0": model[:1](x).numpy(), "1": model[:2](x).numpy(), "2": model(x).numpy()}
    for layer, output in outputs.items():
        assert reading.values[f"mean/{layer}"] == pytest.approx(output.mean(), abs=1e-6)
        assert reading.values[f"std/{layer}"] == pytest.approx(output.std(), rel=1e-5)
        counts, edges = np.histogram(output.astype(float), bins=10)
        assert np.array_equal(reading.arrays[f"counts/{layer}"], counts)
        assert reading.arrays[f"edges/{layer}"] == pytest.approx(edges)


def test_dead_units_are_zero_in_every_row():
    # of four units one is never above zero, one always, two in some rows
    model = nn.Sequential(fixed([[1.0], [-1.0], [0.0], [0.0]], [0.0, 0.0, -1.0, 1.0]), nn.ReLU())
    x = torch.tensor([[-1.0], [1.0]])
    assert read(model, x).values["dead/1"] == 0.25
    assert read(model, x[1:]).values["dead/1"] == 0.5
    assert "dead/0" not in read(model, x).values


def test_a_dead_channel_is_zero_everywhere_in_the_picture():
    model = nn.Sequential(nn.Conv2d(1, 4, 1), nn.ReLU())
    nn.init.zeros_(model[0].weight)
    with torch.no_grad():
        model[0].weight[0] = 1.0
        model[0].bias.copy_(torch.tensor([0.0, -1.0, -1.0, 1.0]))
    x = -torch.ones(3, 1, 2, 2)
    assert read(model, x).values["dead/1"] == 0.75
    x[2, 0, 1, 1] = 1.0
    assert read(model, x).values["dead/1"] == 0.5


def test_units_of_a_sequence_come_last_and_channels_of_a_signal_in_the_middle():
    x = torch.ones(2, 3, 5)
    last = nn.Sequential(nn.Linear(5, 5), nn.ReLU())
    nn.init.eye_(last[0].weight)
    nn.init.constant_(last[0].bias, 0.0)
    with torch.no_grad():
        last[0].bias[0] = -2.0
    assert read(last, x).values["dead/1"] == pytest.approx(1 / 5)
    middle = nn.Sequential(nn.Conv1d(3, 3, 1), nn.ReLU())
    with torch.no_grad():
        middle[0].weight.copy_(torch.eye(3)[..., None])
        middle[0].bias.copy_(torch.tensor([-2.0, 0.0, 0.0]))
    assert read(middle, x).values["dead/1"] == pytest.approx(1 / 3)
    # with nothing before it that would tell, a picture has its channels first
    picture = torch.ones(2, 4, 3, 3)
    picture[:, 0] = 0
    assert read(nn.ReLU(), picture).values["dead/model"] == 0.25


def test_saturated_is_beyond_karpathys_097():
    x = torch.tensor([[2.0], [2.2], [-2.2], [0.0]])  # tanh 0.964, 0.976, −0.976, 0
    assert read(nn.Tanh(), x).values["saturated/model"] == 0.5
    x = torch.tensor([[3.4], [3.5], [-3.4], [-3.5], [0.0]])  # sigmoid 0.9677, 0.9707, 0.0323, 0.0293, 0.5
    assert read(nn.Sigmoid(), x).values["saturated/model"] == pytest.approx(0.4)


def test_a_layer_that_works_in_place_does_not_falsify_the_one_before():
    model = nn.Sequential(fixed([[1.0]], [0.0]), nn.ReLU(inplace=True))
    reading = read(model, torch.tensor([[-4.0], [2.0]]), bins=2)
    assert (reading.values["mean/0"], reading.values["mean/1"]) == (-1, 1)
    assert reading.arrays["edges/0"].tolist() == [-4, -1, 2]


def test_a_module_called_twice_is_heard_twice(begin):
    values = Activations().take(begin("residual")).values
    assert {"dead/0.relu", "dead/0.relu#2"} < values.keys()


def test_what_changes_nothing_in_eval_mode_is_not_listed():
    reading = read(nn.Sequential(nn.Linear(2, 2), nn.Dropout(), nn.Identity(), nn.Flatten()), torch.ones(2, 2))
    assert {key for key in reading.values if key.startswith("mean")} == {"mean/0"}


def test_recurrent_and_attention_layers_are_heard(begin):
    assert "mean/0.lstm" in Activations().take(begin("lstm")).values
    assert "mean/0.block.self_attn" in Activations().take(begin("transformer")).values


def test_the_probe_is_spread_over_the_training_rows_and_stays():
    seen = []

    class Sees(nn.Module):
        def forward(self, x):
            seen.append(x[:, 0].tolist())
            return x

    rows = torch.arange(10.0)[:, None]
    moment = Moment(Sees(), 1, inputs=torch.zeros(3, 1), train=(rows, rows))
    for _ in range(2):
        Activations(rows=4).take(moment)
    assert seen == [[0, 3, 6, 9]] * 2
    moment.train = None
    Activations(rows=4).take(moment)
    assert seen[2] == [0, 0, 0]


def test_inputs_of_several_parts():
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(1, 1)

        def forward(self, a, *, b):
            return self.linear(a + b)

    reading = read(Sum(), Arguments((torch.ones(2, 1),), {"b": torch.ones(2, 1)}))
    assert "mean/linear" in reading.values


def test_nan_is_neither_dead_nor_alive():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Tanh())
    nn.init.constant_(model[0].weight, math.nan)
    reading = read(model, torch.ones(3, 2))
    for key in ("mean/0", "std/1", "dead/1", "saturated/2"):
        assert math.isnan(reading.values[key]), key
    assert reading.arrays["counts/0"].sum() == 0


def test_outputs_that_are_no_numbers_are_passed_over():
    class Picks(nn.Module):
        def forward(self, x):
            return x.argmax(1)

    assert read(nn.Sequential(nn.Linear(2, 3), Picks()), torch.ones(2, 2)).values.keys() == {
        "mean/0",
        "std/0",
        "cost_s",
    }


def test_a_single_row_without_a_batch():
    assert read(nn.ReLU(), torch.tensor([0.0, 1.0])).values["dead/model"] == 0.5
