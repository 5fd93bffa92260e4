"""Generated values over one or two inputs, for regression. Each recipe is pasted into scripts as it stands."""

from __future__ import annotations

import numpy as np

from .generated import generated


@generated("line", noise=0.2, columns=("x",))
def line(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """y = 2x + 1 over x in [-1, 1]."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.0, 1.0, samples)
    return x[:, None], 2.0 * x + 1.0 + rng.normal(0.0, noise, samples)


@generated("sine", noise=0.1, columns=("x",))
def sine(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """y = sin(3x) over x in [-2, 2], nearly two periods."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2.0, 2.0, samples)
    return x[:, None], np.sin(3.0 * x) + rng.normal(0.0, noise, samples)


@generated("sawtooth", noise=0.05, columns=("x",))
def sawtooth(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Eight teeth over x in [-1, 1]: y climbs from -1 to 1 and falls back at once."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.0, 1.0, samples)
    tooth = 4.0 * x - np.floor(4.0 * x)
    return x[:, None], 2.0 * tooth - 1.0 + rng.normal(0.0, noise, samples)


@generated("plane", noise=0.1)
def plane(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """y = x1 - 0.5 x2 over the square from -1 to 1."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(-1.0, 1.0, (samples, 2))
    return points, points[:, 0] - 0.5 * points[:, 1] + rng.normal(0.0, noise, samples)


@generated("bumps", noise=0.05)
def bumps(samples: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two hills and two hollows of height 1 and width 0.3 at (±0.5, ±0.5), over the square from -1 to 1."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(-1.0, 1.0, (samples, 2))
    values = np.zeros(samples)
    for x1, x2, height in [(-0.5, -0.5, 1.0), (0.5, 0.5, 1.0), (-0.5, 0.5, -1.0), (0.5, -0.5, -1.0)]:
        distance = (points[:, 0] - x1) ** 2 + (points[:, 1] - x2) ** 2
        values += height * np.exp(-distance / (2.0 * 0.3**2))
    return points, values + rng.normal(0.0, noise, samples)
