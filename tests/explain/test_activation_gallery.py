"""Every elementwise activation of torch.nn is in the gallery, computed by torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from loopscope.errors import UserMistake
from loopscope.explain import activations
from loopscope.explain.activation_gallery import MAKE, MIXING, NAMES
from loopscope.explain.bundle import LOOPSCOPE


def test_all_of_torch_are_there_or_mix_their_inputs() -> None:
    assert set(NAMES) | MIXING == set(nn.modules.activation.__all__)
    assert [each.name for each in activations().activations] == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_elementwise_and_its_slope_is_the_derivative(name: str) -> None:
    [found] = activations([name]).activations
    module = getattr(nn, name)(*MAKE.get(name, ())).double().eval()
    x = torch.linspace(-3, 3, 7, dtype=torch.float64) + 0.217  # away from kinks
    jacobian = torch.autograd.functional.jacobian(module, x)
    assert torch.equal(jacobian, jacobian.diag().diag()), f"{name} mixes its inputs"
    gallery = activations([name])
    at = np.array([17, 60, 133, 201, 267])
    inside = torch.tensor(gallery.x[at])
    assert np.allclose(found.value[at], module(inside).detach().numpy(), atol=1e-10)
    near = (module(inside + 1e-6) - module(inside - 1e-6)).detach().numpy() / 2e-6
    assert np.allclose(found.slope[at], near, atol=1e-6)


def test_regions() -> None:
    where = {each.name: (each.where("dead"), each.where("saturated")) for each in activations().activations}
    assert where["ReLU"] == ("x ≤ 0", "nowhere")
    assert where["ReLU6"] == ("x ≤ 0", "x ≥ 6")
    assert where["Hardtanh"] == ("nowhere", "x ≤ −1, x ≥ 1")
    assert where["Hardshrink"] == ("−0.5 to 0.5", "nowhere")
    assert where["LeakyReLU"] == where["Tanhshrink"] == ("nowhere", "nowhere")
    assert where["GELU"][0] == "nowhere" and where["GELU"][1].startswith("x ≤ −2")


@pytest.mark.parametrize(
    ("name", "flat"), [("Tanh", lambda v: np.abs(v) > 0.97), ("Sigmoid", lambda v: np.abs(v - 0.5) > 0.47)]
)
def test_saturated_is_what_the_instrument_counts(name: str, flat: object) -> None:
    gallery = activations(name)
    [found] = gallery.activations
    inside = np.zeros(len(gallery.x), dtype=bool)
    for region in found.regions:
        inside |= (gallery.x >= region.low) & (gallery.x <= region.high)
    assert callable(flat) and np.array_equal(inside, flat(found.value))


def test_names() -> None:
    assert [each.name for each in activations(["leaky_relu", "GELU", "gelu"]).activations] == ["LeakyReLU", "GELU"]
    with pytest.raises(UserMistake, match='Did you mean "Softplus"'):
        activations(["Softpluss"])
    with pytest.raises(UserMistake, match="Softmax mixes several"):
        activations("softmax")


def test_bundle_and_text() -> None:
    found = activations(["relu", "tanh"])
    shown = found._repr_mimebundle_()
    assert shown[LOOPSCOPE]["element"] == "ls-activation-gallery"
    data = shown[LOOPSCOPE]["data"]["activations"]
    assert data[0]["code"] == "nn.ReLU()" and data[0]["regions"] == [{"kind": "dead", "low": -7.0, "high": 0.0}]
    assert len(data[0]["value"]) == len(shown[LOOPSCOPE]["data"]["x"]) == 281
    assert max(map(len, activations().to_text(80).splitlines())) <= 80
    assert activations().to_markdown().count("\n| ") == len(NAMES)
