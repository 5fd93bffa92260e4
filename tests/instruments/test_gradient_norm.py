"""Gradient norms against torch's own."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from loopscope.instruments import Moment, make


def read(model):
    return make(["gradient_norm"])[0].take(Moment(model, 1)).values


def test_whole_and_by_parameter(begin, kind):
    model = begin(kind, steps=2).model
    values = read(model)
    named = {n: p.grad.to_dense().float() for n, p in model.named_parameters() if p.grad is not None}
    assert values.keys() == {"total", "cost_s", *named}
    for name, gradient in named.items():
        assert values[name] == pytest.approx(gradient.norm().item(), rel=1e-5)
    whole = torch.cat([gradient.reshape(-1) for gradient in named.values()]).double().norm()
    assert values["total"] == pytest.approx(whole.item(), rel=1e-5)


def test_no_gradient_is_no_reading():
    assert read(nn.Linear(2, 1)).keys() == {"cost_s"}


def test_a_nan_is_reported_where_it_stands():
    model = nn.Linear(2, 1)
    model.weight.grad, model.bias.grad = torch.full((1, 2), math.nan), torch.ones(1)
    values = read(model)
    assert math.isnan(values["weight"])
    assert math.isnan(values["total"])
    assert values["bias"] == 1
