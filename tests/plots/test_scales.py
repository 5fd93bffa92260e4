"""A log axis needs a reason, and numbers must read as people write them."""

from __future__ import annotations

import numpy as np
import pytest

from loopscope.plots import scales


def test_two_decades_stay_linear_and_more_become_logarithmic_with_the_reason():
    assert not scales.choose([[0.01, 1.0]]).log
    chosen = scales.choose([[0.001, 1.0], [0.5]])
    assert chosen.log
    assert chosen.because == "values span 3.0 decades"
    assert chosen.note == "(log scale: values span 3.0 decades)"


@pytest.mark.parametrize("values", [[], [np.nan, np.inf], [0.0, 0.0], [-1.0, 1e6]])
def test_values_without_a_logarithm_stay_linear(values: list[float]):
    chosen = scales.choose([values])
    assert not chosen.log
    assert chosen.note == ""


def test_zeros_stand_a_decade_below_the_least_value():
    chosen = scales.choose([[0.0, 2e-4, 1.0, np.nan]])
    assert chosen.log
    assert chosen.floor == pytest.approx(1e-5)
    np.testing.assert_allclose(chosen.place([0.0, 1.0, np.inf]), [1e-5, 1.0, np.nan])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.06312, "0.0631"),
        (12.345, "12.3"),
        (412, "412"),
        (12345, "12,345"),
        (1.23e-5, "1.2×10⁻⁵"),
        (1e-9, "10⁻⁹"),
        (-3, "−3"),
        (2.5e7, "2.5×10⁷"),
        (np.inf, "∞"),
        (-np.inf, "−∞"),
        (np.nan, "not a number"),
    ],
)
def test_numbers_keep_three_digits(value: float, text: str):
    assert scales.number(value) == text
