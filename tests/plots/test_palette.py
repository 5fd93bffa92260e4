"""Colours must be told apart by every reader, and in grey."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from loopscope.plots.palette import DARK, LIGHT, MARKERS, Palette, mix, palette
from loopscope.plots.ramps import rising

# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009),
# severity 1.0, on linear RGB
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
}
D65 = np.array([0.95047, 1.0, 1.08883])
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
)


def linear(colour: str) -> np.ndarray:
    """Linear RGB (3,) of a hex colour (IEC 61966-2-1)."""
    rgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (3,) of linear RGB."""
    t = TO_XYZ @ np.clip(rgb, 0, 1) / D65
    x, y, z = np.where(t > (6 / 29) ** 3, np.cbrt(t), t * 841 / 108 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, deficiency: str = "none") -> float:
    """Colour difference ΔE (CIE76) as an eye with this deficiency sees it; 2.3 is just noticeable."""
    matrix = DEFICIENCIES[deficiency]
    return float(np.linalg.norm(lab(matrix @ linear(one)) - lab(matrix @ linear(other))))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.1: 3 for graphics, 4.5 for text."""
    bright, dim = sorted((float(TO_XYZ[1] @ linear(colour)) for colour in (one, other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_the_measure_itself_tells_equal_from_different():
    assert apart("#E07B28", "#E07B28") == 0
    assert apart("#FF0000", "#00FF00") > 80
    assert apart("#C04000", "#607000", "deuteranopia") < apart("#C04000", "#607000") / 2  # a known confusion
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_first_four_classes_differ_for_every_eye(colours: Palette, deficiency: str):
    for one, other in combinations(colours.classes[:4], 2):
        assert apart(one, other, deficiency) > 20, f"{one} and {other} look alike"


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_ten_classes_are_told_apart(colours: Palette):
    for one, other in combinations(colours.classes, 2):
        assert apart(one, other) > 20, f"{one} and {other} look alike"
        for deficiency in ("protanopia", "deuteranopia"):  # markers, too, tell them apart
            assert apart(one, other, deficiency) > 10, f"{one} and {other} look alike in {deficiency}"


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_ten_classes_have_ten_colours_and_ten_markers(colours: Palette):
    assert len(set(colours.classes)) == 10 == len(set(MARKERS))
    assert colours.of_class(10) == colours.of_class(0)


def test_crosses_are_kept_for_errors():
    assert not {"x", "X", "+"} & set(MARKERS)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_ink_can_be_read_on_paper(colours: Palette):
    assert contrast(colours.ink, colours.paper) > 12
    assert contrast(colours.muted, colours.paper) > 4.5
    for colour in (colours.loss, colours.forward, colours.backward, colours.trouble):
        assert contrast(colour, colours.paper) > 3


def test_a_ramp_goes_from_pale_to_full_in_grey_too():
    shades = LIGHT.ramp(LIGHT.backward, 5)
    greys = [float(TO_XYZ[1] @ linear(shade)) for shade in shades]
    assert greys == sorted(greys, reverse=True)
    assert shades[-1] == LIGHT.backward
    assert LIGHT.ramp("#123456", 1) == ["#123456"]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edge_of_a_point_is_seen(colours: Palette):
    for colour in colours.classes:
        assert contrast(colours.outline(colour), colours.paper) > 2
    assert colours.outline(colours.classes[0]) == colours.classes[0]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_a_text_is_readable_on_any_ground(colours: Palette):
    ramp = rising(colours, colours.forward)
    for share in np.linspace(0, 1, 101):
        ground = to_hex(ramp(share))
        for wanted in (colours.ink, colours.trouble):
            assert contrast(colours.on(ground, wanted), ground) >= 4.5
    assert colours.on(colours.paper, colours.ink) == colours.ink
    assert colours.on("#000000", "#222222") == max((colours.ink, colours.paper), key=lambda c: contrast(c, "#000000"))


def test_palette_is_chosen_by_the_paper():
    assert palette() is LIGHT
    assert palette(dark=True) is DARK
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"
