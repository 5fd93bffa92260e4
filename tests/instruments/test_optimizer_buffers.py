"""Buffers of torch.optim's own optimizers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from loopscope.instruments import Moment
from loopscope.instruments.optimizer_buffers import OptimizerBuffers


def trained(kind, steps=3, **options):
    torch.manual_seed(0)
    model, x = nn.Linear(3, 2), torch.randn(8, 3)
    optimizer = kind(model.parameters(), **options)

    def closure():
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        return loss

    for _ in range(steps):
        optimizer.step(closure)
    return model, optimizer


EVERY_OPTIMIZER = [
    kind
    for name, kind in vars(torch.optim).items()
    if isinstance(kind, type)
    and issubclass(kind, torch.optim.Optimizer)
    and name not in ("Optimizer", "SparseAdam", "Muon")
]
"""SparseAdam wants sparse gradients; Muon only matrices."""


@pytest.mark.parametrize("kind", EVERY_OPTIMIZER)
def test_every_tensor_that_an_optimizer_remembers(kind):
    model, optimizer = trained(kind)
    reading = OptimizerBuffers().take(Moment(model, 1, optimizer=optimizer))
    for name, parameter in model.named_parameters():
        for buffer, value in optimizer.state[parameter].items() if parameter in optimizer.state else ():
            key = f"{buffer}/{name}"
            if isinstance(value, torch.Tensor) and value.ndim:
                assert reading.values[key] == pytest.approx(value.norm().item(), rel=1e-5)
                assert np.array_equal(reading.arrays[key], value)
            elif isinstance(value, (torch.Tensor, int, float)):
                assert reading.values[key] == pytest.approx(float(value))
            else:
                assert key not in reading.values


def test_a_big_buffer_has_a_norm_and_no_entries():
    model, optimizer = trained(torch.optim.Adam)
    reading = OptimizerBuffers(most=4).take(Moment(model, 1, optimizer=optimizer))
    assert "exp_avg/weight" in reading.values
    assert "exp_avg/weight" not in reading.arrays
    assert "exp_avg/bias" in reading.arrays


def test_what_was_read_stays_when_training_goes_on():
    model, optimizer = trained(torch.optim.Adam)
    reading = OptimizerBuffers().take(Moment(model, 1, optimizer=optimizer))
    before = reading.arrays["exp_avg/bias"].copy()
    optimizer.state[model.bias]["exp_avg"].zero_()
    assert np.array_equal(reading.arrays["exp_avg/bias"], before)
    assert reading.arrays["exp_avg/bias"].flags.owndata


def test_before_the_first_step_there_is_nothing_and_nothing_is_made():
    model, optimizer = trained(torch.optim.Adam, steps=0)
    assert OptimizerBuffers().take(Moment(model, 1, optimizer=optimizer)).empty
    assert len(optimizer.state) == 0


def test_a_parameter_that_the_model_does_not_name_goes_by_its_place():
    model, optimizer = trained(torch.optim.SGD, momentum=0.9)
    values = OptimizerBuffers().take(Moment(nn.Identity(), 1, optimizer=optimizer)).values
    assert {"momentum_buffer/group0[0]", "momentum_buffer/group0[1]"} < values.keys()
    assert model is not None


def test_nan_is_reported():
    model, optimizer = trained(torch.optim.Adam)
    optimizer.state[model.bias]["exp_avg"][0] = float("nan")
    assert np.isnan(OptimizerBuffers().take(Moment(model, 1, optimizer=optimizer)).values["exp_avg/bias"])
