"""The network's diagram by keyboard, the card below it, and numbers as they are printed. Knows no true value."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from browser.lab_page import LabPage

KEYS = {"weight": "ArrowLeft", "bias": "ArrowDown"}
"""From the first unit, on which the diagram begins, to its first weight or its bias."""


def point_at(page: LabPage, what: str) -> Locator:
    """Go to the first hidden unit's first weight, or to its bias; the card that tells of it."""
    diagram = page.page.get_by_role("application", name=re.compile("^Network of"))
    diagram.focus()
    diagram.press("Escape")
    diagram.press("Home")
    diagram.press(KEYS[what])
    card = page.page.locator("ls-weight-card")
    expect(value(card)).to_have_value(re.compile(r"\d"))
    return card


def value(card: Locator) -> Locator:
    return card.get_by_role("textbox", name="value")


def figure(card: Locator, name: str) -> Locator:
    """A figure of the card: ∂L/∂θ, Δθ, a buffer."""
    return card.get_by_role("term").filter(has_text=re.compile(rf"^\s*{name}\s*$")).locator("+ dd")


def agrees(printed: str, exact: float) -> bool:
    """Whether a number was printed as this one rounds, at as many places as were printed."""
    match = re.fullmatch(r"([−-]?)(\d+)(?:\.(\d+))?(?:e([−-]?\d+))?", re.sub(r"\s", "", printed))
    assert match, f"{printed!r} is no number"
    sign, whole, places, power = match.groups()
    unit = 10.0 ** (int((power or "0").replace("−", "-")) - len(places or ""))
    said = int(whole + (places or "")) * unit * (-1 if sign else 1)
    return abs(said - exact) <= unit * 0.5000001
