"""Which rows train and which are held back for testing. Sees numbers of rows, never what stands in them."""

from __future__ import annotations

import numpy as np


def shuffled(rows: int, samples: int | None, test_fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of the training and the test side, at random: disjoint, and together `samples` of the rows.

    The generator is seeded by [seed, 1], a stream of its own: with `seed` alone the split would reuse the very
    bits that made the rows of a generated set.
    """
    order = np.random.default_rng([seed, 1]).permutation(rows)[:samples]
    tests = held_back(len(order), test_fraction)
    return order[tests:], order[:tests]


def one_by_one(rows: int, samples: int | None, test_fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """As `shuffled`, but a row that is added at the end moves no other one, or a single one, to the other side."""
    order = np.argsort(np.random.default_rng([seed, 1]).random(rows))[:samples]
    tests = held_back(len(order), test_fraction)
    return order[tests:], order[:tests]


def contiguous(rows: int, test_fraction: float) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of both sides where order matters, as in a text: the end is the test side."""
    order = np.arange(rows)
    trains = rows - held_back(rows, test_fraction)
    return order[:trains], order[trains:]


def held_back(rows: int, test_fraction: float) -> int:
    """How many rows to hold back: none where nothing is asked, else at least one, and never the last training row."""
    return min(max(1, round(rows * test_fraction)), rows - 1) if test_fraction else 0
