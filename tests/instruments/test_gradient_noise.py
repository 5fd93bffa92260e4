"""The noise scale against brute force: every row's gradient, its covariance, in NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from loopscope.instruments import Moment
from loopscope.instruments.gradient_noise import GradientNoise


def read(moment, **options):
    return GradientNoise(**options).take(moment).values


def gradients_by_row(moment, rows=1):
    """(parts, all parameters): the gradient of each `rows` rows, by an ordinary backward pass in eval mode."""
    moment.model.eval()
    found = []
    for x, y in zip(moment.inputs.split(rows), moment.targets.split(rows), strict=True):
        moment.model.zero_grad()
        moment.criterion(moment.model(x), y).backward()
        found.append(torch.cat([p.grad.to_dense().reshape(-1) for p in moment.model.parameters() if p.requires_grad]))
    moment.model.train()
    return torch.stack(found).double().numpy()


@pytest.mark.parametrize("kind", ["dropout and batch norm", "convolutions", "partly frozen", "words"])
def test_parts_of_one_row_are_the_sample_covariance(begin, kind):
    moment = begin(kind, steps=3)
    values = read(moment)
    rows = gradients_by_row(moment)
    trace = np.trace(np.cov(rows.T))
    signal = (rows.mean(0) ** 2).sum() - trace / len(rows)
    assert values["noise_trace"] == pytest.approx(trace, rel=1e-4)
    assert values["signal"] == pytest.approx(signal, rel=1e-3, abs=1e-8)
    assert values["noise_scale"] == pytest.approx(trace / signal, rel=1e-3) or signal <= 0
    assert values["noise_norm"] == pytest.approx(math.sqrt(trace / len(rows)), rel=1e-4)


def test_bigger_parts_estimate_the_same_things(begin):
    """Parts of b rows: the mean of their squared norms is |G|² + tr(Σ)/b."""
    moment = begin("dropout and batch norm", steps=2)
    values = read(moment, parts=6)
    parts = gradients_by_row(moment, rows=4)
    b, B = 4, 24
    small, whole = (parts**2).sum(1).mean(), (parts.mean(0) ** 2).sum()
    assert values["signal"] == pytest.approx((B * whole - b * small) / (B - b), rel=1e-4)
    assert values["noise_trace"] == pytest.approx((small - whole) / (1 / b - 1 / B), rel=1e-4)


def test_it_finds_the_scale_of_a_problem_that_is_known():
    """Rows of y = G·w + noise: each row's gradient is G plus noise of covariance Σ, so the scale is tr(Σ)/|G|²."""

    class Free(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.zeros(3))

        def forward(self, x):
            return x @ self.w  # its gradient is the row itself

    torch.manual_seed(0)
    x = torch.tensor([1.0, 2.0, 2.0]) + torch.randn(20000, 3) * torch.tensor([3.0, 1.0, 1.0])
    moment = Moment(Free(), 1, criterion=lambda out, _: out.mean(), inputs=x, targets=x)
    values = read(moment, parts=2000)
    assert values["noise_scale"] == pytest.approx(11 / 9, rel=0.1)
    assert values["signal"] == pytest.approx(9, rel=0.05)


def test_rows_that_do_not_fill_a_part_are_left_out(begin):
    moment = begin("dropout and batch norm")
    whole = read(moment, parts=7)  # 24 rows: 7 parts of 3
    moment.inputs, moment.targets = moment.inputs[:21], moment.targets[:21]
    assert read(moment, parts=7)["noise_trace"] == whole["noise_trace"]


def test_equal_rows_have_no_noise_and_opposite_ones_no_signal():
    model, criterion = nn.Linear(1, 1, bias=False), lambda out, y: (out * y).mean()
    x, same = torch.ones(4, 1), torch.ones(4, 1)
    values = read(Moment(model, 1, criterion=criterion, inputs=x, targets=same))
    assert (values["noise_trace"], values["noise_scale"], values["noise_norm"]) == (0, 0, 0)
    opposite = torch.tensor([[1.0], [-1.0], [1.0], [-1.0]])
    values = read(Moment(model, 1, criterion=criterion, inputs=x, targets=opposite))
    assert values["signal"] < 0
    assert math.isnan(values["noise_scale"])


@pytest.mark.parametrize("kind", ["transformer", "lstm", "half", "residual", "draws and counts"])
def test_any_model_has_a_noise(begin, kind):
    assert read(begin(kind))["noise_trace"] > 0


def test_an_unused_parameter_counts_as_zero(begin):
    moment = begin("dropout and batch norm")
    before = read(moment)
    moment.model.unused = nn.Parameter(torch.ones(3))
    assert read(moment) | {"cost_s": 0} == pytest.approx(before | {"cost_s": 0})


def test_nan_weights_give_nan(begin):
    moment = begin("dropout and batch norm")
    nn.init.constant_(moment.model[0][0].weight, math.nan)
    values = read(moment)
    assert all(math.isnan(values[key]) for key in ("noise_scale", "noise_trace", "signal", "noise_norm"))


def test_why_there_is_no_noise_to_measure(begin):
    instrument, moment = GradientNoise(), begin("dropout and batch norm")
    assert instrument.why_not(moment) == ""
    moment.model.requires_grad_(False)
    assert instrument.why_not(moment) == "no parameter is trained"
    moment.inputs, moment.targets = moment.inputs[:1], moment.targets[:1]
    assert instrument.why_not(moment) == "the batch needs at least two rows, each with its target"
    moment.targets = {"label": 1}
    assert instrument.why_not(moment) == "inputs and targets of the batch are not one tensor each"
    moment.criterion = None
    assert instrument.why_not(moment) == "the criterion is not known"
