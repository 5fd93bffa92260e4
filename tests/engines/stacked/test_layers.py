"""Stacked layers against the modules that they stand for: outputs, gradients, and what they keep."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from loopscope import models
from loopscope.engines.stacked import layers as layers_module
from loopscope.engines.stacked.layers import StackedLayers, first_unknown
from loopscope.engines.stacked.layout import Layout, gathered_buffers
from loopscope.engines.stacked.masks import Masks
from loopscope.experiment import Model
from loopscope.experiment.vocabulary import ACTIVATIONS
from loopscope.models import Ports

SPECS = {
    "linear": {"kind": "linear"},
    "deep": {"hidden": [8, 8, 3], "activation": ["relu", "tanh", "sigmoid"]},
    "without bias": {"hidden": [5], "bias": False},
    "batch norm": {"hidden": [6, 6], "norm": "batch", "residual": True},
    "layer norm": {"hidden": [6, 6], "norm": "layer", "residual": True, "activation": "tanh"},
    "as wide as its input": {"hidden": [2], "residual": True},
    "dropout": {"hidden": [6, 6], "dropout": 0.4},
    **{name: {"hidden": [4], "activation": name} for name in ACTIVATIONS},
}
COUNT = 3


def built(spec: Model) -> list[nn.Module]:
    found: list[nn.Module] = []
    for seed in range(COUNT):
        torch.manual_seed(seed)
        found.append(models.build(spec, Ports(2, 2)))
    return found


@pytest.mark.parametrize("rows", [3, 60])
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("name", SPECS)
def test_a_stack_computes_what_its_models_do(name: str, shared: bool, rows: int) -> None:
    own = built(Model.model_validate(SPECS[name]))
    layout = Layout.of(own[0], COUNT)
    weights = {n: w.requires_grad_() for n, w in layout.views(layout.gathered(own)).items()}
    buffers = gathered_buffers(own)
    states = [torch.Generator().manual_seed(seed).get_state() for seed in range(COUNT)]
    stack = StackedLayers(own[0], weights, buffers, Masks(states))
    torch.manual_seed(9)
    inputs = torch.randn(1 if shared else COUNT, rows, 2).expand(COUNT, rows, 2)
    given = inputs[0].mT.contiguous() if shared else inputs.mT.contiguous()
    for training in (True, False):
        together = stack(given, training)
        gradients = torch.autograd.grad(together.square().sum(), list(weights.values()))
        for position, model in enumerate(own):
            model.train(training)
            with torch.random.fork_rng():
                torch.set_rng_state(states[position])
                alone = model(inputs[position])
            torch.testing.assert_close(together[position].mT, alone, rtol=1e-5, atol=1e-6)
            wanted = torch.autograd.grad(alone.square().sum(), list(model.parameters()))
            for found, gradient in zip(gradients, wanted, strict=True):
                torch.testing.assert_close(found[position], gradient, rtol=1e-4, atol=1e-4)
            for buffer_name, buffer in model.named_buffers():
                torch.testing.assert_close(buffers[buffer_name][position], buffer)


def test_small_layers_go_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways were compared above: 3 rows take the one, 60 the other."""
    monkeypatch.setattr(layers_module, "FEW", 0)
    own = built(Model.model_validate({"hidden": [4]}))
    layout = Layout.of(own[0], COUNT)
    weights = layout.views(layout.gathered(own))
    rows: Tensor = torch.randn(COUNT, 2, 3)
    by_products = StackedLayers(own[0], weights, {}, None)(rows, True)
    monkeypatch.setattr(layers_module, "FEW", 10**9)
    torch.testing.assert_close(StackedLayers(own[0], weights, {}, None)(rows, True), by_products)


def test_layers_that_nobody_stacked_are_named() -> None:
    assert first_unknown(nn.Sequential(nn.Linear(2, 2), nn.ReLU())) == ""
    assert first_unknown(nn.Sequential(nn.Linear(2, 2), nn.PReLU())) == "PReLU"
