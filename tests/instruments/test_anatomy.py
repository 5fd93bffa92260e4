"""Names as the author of a model wrote them."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils import parametrizations

from loopscope.instruments.anatomy import bare, device_of, gradients, layers, parameters


def test_wrappers_are_taken_off_model_and_names():
    inner = nn.Sequential(nn.Linear(2, 2), torch.compile(nn.Linear(2, 1), backend="eager"))
    wrapped = torch.compile(nn.DataParallel(inner), backend="eager")
    assert bare(wrapped) is inner
    assert [name for name, _ in parameters(wrapped)] == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert [name for name, _ in layers(wrapped)] == ["0", "1"]


def test_a_shared_parameter_is_named_once():
    one = nn.Linear(2, 2)
    assert [name for name, _ in parameters(nn.Sequential(one, one))] == ["0.weight", "0.bias"]


def test_a_parameter_without_a_shape_is_not_there_yet():
    assert [name for name, _ in parameters(nn.Sequential(nn.LazyLinear(3), nn.Linear(3, 1)))] == ["1.weight", "1.bias"]


def test_gradients_are_of_those_that_have_one():
    model = nn.Linear(2, 1)
    model.weight.grad = torch.ones(1, 2)
    assert [name for name, _ in gradients(model)] == ["weight"]


def test_layers_are_what_has_no_parts():
    block = nn.TransformerEncoderLayer(8, 2, 16)
    names = [name for name, _ in layers(nn.Sequential(block, parametrizations.weight_norm(nn.Linear(8, 1))))]
    inside = ["self_attn", "linear1", "dropout", "linear2", "norm1", "norm2", "dropout1", "dropout2"]
    assert names == [f"0.{name}" for name in inside] + ["1"]
    assert [name for name, _ in layers(nn.Linear(2, 1))] == ["model"]
    assert [name for name, _ in layers(nn.MultiheadAttention(4, 2))] == ["model"]


def test_the_device_of_a_model_without_tensors_is_the_cpu():
    assert device_of(nn.Identity()) == torch.device("cpu")
    assert device_of(nn.Linear(2, 2, device="meta")) == torch.device("meta")
