"""Directions: as long as they should be, the ones scikit-learn finds, and places that mean what the axes say."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import nn

from explain.landscape_models import mlp
from loopscope.explain.landscape_plane import path_plane, principal, random_plane, straight_line


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def test_each_filter_of_a_random_direction_is_as_long_as_that_of_the_weights() -> None:
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Flatten(), nn.Linear(12, 4))
    model[2].bias.data.zero_()
    plane = random_plane(model, 1.0, 0)
    for direction in plane.directions:
        drawn = {name: each[0] for name, each in plane.layout.shaped(direction[None]).items()}
        for name in ("0.weight", "2.weight"):
            own = dict(model.named_parameters())[name].detach()
            torch.testing.assert_close(drawn[name].flatten(1).norm(dim=1), own.flatten(1).norm(dim=1))
        torch.testing.assert_close(drawn["0.bias"].norm(), model[0].bias.detach().norm())
        assert not drawn["2.bias"].any()
    one, other = plane.directions
    assert abs(float(one @ other)) < 0.5 * float(one.norm() * other.norm())


def test_scaling_a_layer_scales_its_direction() -> None:
    model = mlp()
    before = random_plane(model, 1.0, 0).directions
    with torch.no_grad():
        model[0].weight *= 10
    after = random_plane(model, 1.0, 0).directions
    torch.testing.assert_close(after[:, :16], 10 * before[:, :16])
    torch.testing.assert_close(after[:, 16:], before[:, 16:])


def test_principal_components_are_those_of_scikit_learn() -> None:
    vectors = torch.randn(9, 2).double() @ torch.randn(2, 33).double() * 3 + 0.1 * torch.randn(9, 33).double()
    axes, shares = principal(vectors)
    oracle = PCA(2).fit(vectors.numpy())
    assert axes is not None
    np.testing.assert_allclose(shares, oracle.explained_variance_ratio_, rtol=1e-9)
    np.testing.assert_allclose(np.abs((axes.numpy() * oracle.components_).sum(1)), 1, rtol=1e-9)
    assert all(float(axis[axis.abs().argmax()]) > 0 for axis in axes)


def test_a_plane_holds_a_path_that_lies_in_it() -> None:
    model = mlp().double()
    vectors = torch.randn(6, 2).double() @ torch.randn(2, 33).double() + torch.randn(33).double()
    plane = path_plane(model, list(vectors), 0.5)
    torch.testing.assert_close(plane.vectors(plane.marked), vectors)
    assert sum(plane.explained) == pytest.approx(1) and "%" in plane.names[0]


def test_a_vector_is_read_in_the_order_of_the_parameters() -> None:
    one, other = mlp(), mlp()
    flat = [nn.utils.parameters_to_vector(model.parameters()).detach().numpy() for model in (one, other)]
    by_vectors, by_modules = straight_line(one, flat, 0.0), straight_line(one, (one, other), 0.0)
    torch.testing.assert_close(by_vectors.origin, by_modules.origin)
    torch.testing.assert_close(by_vectors.directions, by_modules.directions)
