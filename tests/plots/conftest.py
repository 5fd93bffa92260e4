"""Data for figures."""

from __future__ import annotations

import numpy as np
import pytest

from loopscope.plots.points import Rows


@pytest.fixture
def moons() -> tuple[Rows, Rows]:
    """(train, test) of two classes in the plane."""
    generator = np.random.default_rng(0)
    targets = generator.integers(0, 2, 60)
    inputs = generator.normal(size=(60, 2)) + targets[:, None]
    return Rows.of(inputs[:40], targets[:40]), Rows.of(inputs[40:], targets[40:])
