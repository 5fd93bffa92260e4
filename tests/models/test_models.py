"""Models against what a person would type by hand."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from loopscope import models
from loopscope.errors import UserMistake
from loopscope.experiment import Model
from loopscope.experiment.vocabulary import ACTIVATIONS
from loopscope.models import Ports
from loopscope.models.activations import MODULES
from loopscope.models.init import CALLS
from loopscope.models.mlp import Residual

PORTS = Ports(inputs=3, outputs=2)
SPECS: list[dict[str, Any]] = [
    {},
    {"kind": "linear"},
    {"kind": "linear", "bias": False, "init": "normal"},
    {"hidden": (4, 4, 5), "residual": True, "norm": "batch", "dropout": 0.25},
    {"hidden": (4, 4), "norm": "layer", "activation": ("tanh", "identity"), "bias": False},
    *({"init": scheme, "init_gain": 1.5} for scheme in ("default", *CALLS)),
    *({"activation": name} for name in ACTIVATIONS),
]


def seeded(spec: Model) -> nn.Module:
    torch.manual_seed(7)
    return models.build(spec, PORTS)


@pytest.mark.parametrize("plain", SPECS, ids=str)
def test_the_spelled_model_is_the_built_one(plain: dict[str, Any]) -> None:
    spec = Model(**plain)
    built = seeded(spec)
    kept = torch.get_rng_state()
    text = models.code(spec, PORTS)
    assert torch.equal(kept, torch.get_rng_state()), "to spell a model draws nothing"
    torch.manual_seed(7)
    names: dict[str, Any] = {"torch": torch, "nn": nn, "Tensor": torch.Tensor}
    exec(text, names)
    assert repr(names["model"]) == repr(built)
    for ours, theirs in zip(built.parameters(), names["model"].parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_an_mlp_is_the_sequential_that_one_types() -> None:
    torch.manual_seed(7)
    typed = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2))
    x = torch.randn(5, 3)
    assert torch.equal(seeded(Model())(x), typed(x))


def test_a_residual_block_adds_its_input() -> None:
    block = nn.Linear(4, 4)
    x = torch.randn(2, 4)
    assert torch.equal(Residual(block)(x), x + block(x))


def test_residual_only_where_widths_agree() -> None:
    model = seeded(Model(hidden=(8, 8, 4), residual=True))
    assert sum(isinstance(layer, Residual) for layer in model.children()) == 1


def test_one_unit_a_layer_and_no_hidden_activation_is_linear() -> None:
    model = seeded(Model(hidden=(4,), activation="identity"))
    x = torch.randn(6, 3)
    weight, bias = model[1].weight @ model[0].weight, model[1].weight @ model[0].bias + model[1].bias
    assert torch.allclose(model(x), x @ weight.T + bias, atol=1e-6)


def test_every_activation_of_the_schema_is_there() -> None:
    assert set(MODULES) == set(ACTIVATIONS)


@pytest.mark.parametrize("kind", ["cnn", "transformer"])
def test_an_architecture_that_has_not_joined_is_refused(kind: str) -> None:
    with pytest.raises(UserMistake, match=r"model.kind is .*; allowed linear, mlp"):
        models.build(Model(kind=kind), PORTS)


def test_a_name_outside_the_schema_cannot_register() -> None:
    with pytest.raises(UserMistake, match='"mlp"'):
        models.register("mlpp", build=lambda spec, ports: nn.Identity(), code=lambda spec, ports: "")


def test_a_new_architecture_joins_without_an_edit_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    from loopscope.models import registry

    monkeypatch.setattr(registry, "_kinds", dict(models.kinds()))
    models.register("cnn", build=lambda spec, ports: nn.Identity(), code=lambda spec, ports: "model = nn.Identity()")
    assert isinstance(models.build(Model(kind="cnn"), PORTS), nn.Identity)
