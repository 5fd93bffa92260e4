"""Counts are PyTorch's own, and width and depth are told apart."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from loopscope.errors import UserMistake
from loopscope.experiment import preset, presets, with_settings
from loopscope.explain import architecture
from loopscope.explain.bundle import LOOPSCOPE


def test_counts_of_any_model_are_those_of_its_parameters(model_and_batch: tuple[nn.Module, Any]) -> None:
    model, _ = model_and_batch
    found = architecture(model)
    assert found.parameters == sum(each.numel() for each in model.parameters())
    assert found.plot().png().startswith(b"\x89PNG")


def test_width_and_depth() -> None:
    found = architecture(nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 4), nn.Tanh(), nn.Linear(4, 1)))
    assert (found.depth, found.hidden, found.parameters, found.plain_mlp) == (3, (8, 4), 24 + 36 + 5, True)
    assert [layer.formula for layer in found.layers if layer.shapes] == ["8 × 2 + 8", "4 × 8 + 4", "1 × 4 + 1"]
    text = " ".join(str(found).split())
    assert "Depth: 3 layers with weights, 2 hidden layers. Width (hidden dimension): 8 and 4 units." in text
    assert "8 × 2 + 8 = 24" in text


def test_formulas_give_the_counts() -> None:
    found = architecture(nn.Sequential(nn.Linear(3, 5, bias=False), nn.Linear(5, 2)))
    assert [eval(layer.formula.replace("×", "*")) for layer in found.layers] == [
        layer.parameters for layer in found.layers
    ]


@pytest.mark.parametrize("name", ["moons-mlp", "moons-linear", "digits"])
def test_an_experiment_is_its_model(name: str) -> None:
    from loopscope.engines import prepare

    model = prepare(preset(name)).model
    assert architecture(name).plain() == architecture(model).plain()
    assert name in presets()


def test_a_huge_one_costs_no_memory() -> None:
    huge = with_settings(preset("moons-mlp"), ["model.hidden=4096,4096,4096"])
    before = torch.get_rng_state()
    assert architecture(huge).parameters > 33_000_000
    assert torch.equal(before, torch.get_rng_state())


def test_frozen_and_other_layers() -> None:
    model = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(48, 10))
    model[0].requires_grad_(False)
    found = architecture(model)
    assert found.depth == 2 and "Depth: 2 layers with weights." in str(found), "a norm is no layer of its own"
    assert not found.plain_mlp and found.parameters - found.trainable == 30 and "30 of them frozen" in str(found)


def test_bundle() -> None:
    shown = architecture("moons-mlp")._repr_mimebundle_()[LOOPSCOPE]
    assert shown["element"] == "ls-architecture" and shown["data"]["hidden"] == [16]
    assert shown["data"]["layers"][0]["shapes"] == [["weight", [16, 2]], ["bias", [16]]]


def test_what_is_no_model() -> None:
    with pytest.raises(UserMistake, match="an nn.Module, an experiment or a preset"):
        architecture(3)  # pyright: ignore[reportArgumentType]
    with pytest.raises(UserMistake, match='Did you mean "moons-mlp"'):
        architecture("moons-mpl")
