"""Update ratios against a step computed by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from loopscope.instruments import Moment, make


@pytest.fixture
def instrument():
    return make(["update_ratio"])[0]


def test_a_step_of_plain_descent(begin, step, kind, instrument):
    moment = begin(kind, steps=2)
    before = {}

    def look():
        before.update({n: p.detach().clone() for n, p in moment.model.named_parameters() if p.requires_grad})
        instrument.ready(moment)

    step(moment, before=look)
    values = instrument.take(moment).values
    for name, p in moment.model.named_parameters():
        if name not in before:
            assert name not in values
            continue
        size = before[name].double().norm().item()
        if size == 0:
            assert math.isnan(values[name])
            continue
        ratio = (p.detach().double() - before[name].double()).norm().item() / size
        assert values[name] == pytest.approx(ratio, rel=1e-2 if p.dtype is torch.bfloat16 else 1e-4)
        assert values[f"log10/{name}"] == pytest.approx(math.log10(values[name]) if values[name] else -math.inf)


def test_zero_weights_have_no_ratio_and_no_movement_is_minus_infinity(instrument):
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.bias)
    instrument.ready(Moment(model, 1))
    with torch.no_grad():
        model.bias.fill_(1.0)
    values = instrument.take(Moment(model, 1)).values
    assert math.isnan(values["bias"])
    assert math.isnan(values["log10/bias"])
    assert (values["weight"], values["log10/weight"]) == (0, -math.inf)


def test_without_a_look_before_the_step_there_is_nothing(instrument):
    moment = Moment(nn.Linear(1, 1), 1)
    assert instrument.take(moment).empty
    instrument.ready(moment)
    assert not instrument.take(moment).empty
    assert instrument.take(moment).empty


def test_a_parameter_that_turned_up_meanwhile_has_no_ratio(instrument):
    model = nn.Sequential(nn.Linear(1, 1))
    instrument.ready(Moment(model, 1))
    model.append(nn.Linear(1, 1))
    assert "1.weight" not in instrument.take(Moment(model, 1)).values


def test_nan_weights_give_nan(instrument):
    model = nn.Linear(1, 1)
    instrument.ready(Moment(model, 1))
    nn.init.constant_(model.weight, math.nan)
    assert math.isnan(instrument.take(Moment(model, 1)).values["weight"])
