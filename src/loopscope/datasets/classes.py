"""Generated points of two classes in the plane. Each recipe is pasted into scripts as it stands.

All are balanced: classes differ by one row at most.
"""

# scikit-learn's stubs promise a Bunch or a list wherever its functions could return one.
# pyright: reportReturnType=false

from __future__ import annotations

import numpy as np

from .generated import generated


@generated("moons", noise=0.2, classes=("upper moon", "lower moon"))
def moons(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two interleaved half circles of radius 1: x1 in [-1, 2], x2 in [-0.5, 1], and noise around them."""
    from sklearn.datasets import make_moons

    return make_moons(samples, noise=noise, random_state=seed)


@generated("circles", noise=0.1, classes=("outer circle", "inner circle"))
def circles(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A circle of radius 0.5 inside one of radius 1."""
    from sklearn.datasets import make_circles

    return make_circles(samples, noise=noise, factor=0.5, random_state=seed)


@generated("xor", noise=0.05, classes=("signs agree", "signs differ"))
def xor(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Four squares with corners at 0.1 and 1; the class tells whether the signs of x1 and x2 differ."""
    rng = np.random.default_rng(seed)
    labels = np.arange(samples) % 2
    sign = rng.choice([-1.0, 1.0], samples)
    signs = np.stack([sign, np.where(labels == 1, -sign, sign)], axis=1)
    points = signs * rng.uniform(0.1, 1.0, (samples, 2))
    return points + rng.normal(0.0, noise, (samples, 2)), labels


@generated("gaussians", noise=0.25, classes=("lower left", "upper right"))
def gaussians(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two round clouds around (-0.5, -0.5) and (0.5, 0.5); noise is their standard deviation."""
    from sklearn.datasets import make_blobs

    centers = [[-0.5, -0.5], [0.5, 0.5]]
    return make_blobs(samples, centers=centers, cluster_std=noise, random_state=seed)


@generated("spiral", noise=0.03, classes=("first arm", "second arm"))
def spiral(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two arms of one and a half turns, from the centre out to radius 1, opposite each other."""
    rng = np.random.default_rng(seed)
    labels = np.arange(samples) % 2
    radius = rng.uniform(0.05, 1.0, samples)
    angle = 3.0 * np.pi * radius + np.pi * labels
    points = radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return points + rng.normal(0.0, noise, (samples, 2)), labels
