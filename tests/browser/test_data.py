"""Bring a table of one's own: upload it, choose what is learned, choose the two columns to look at."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from browser.lab_page import LabPage

FLATS = Path(__file__).parents[2] / "examples" / "flats.csv"


def test_an_uploaded_table_is_learned_and_seen_over_two_of_its_columns(page: LabPage) -> None:
    page.page.get_by_text("Your own table").click()
    page.page.get_by_label("open a CSV").set_input_files(FLATS)
    page.page.get_by_role("combobox", name="target").select_option("rent")
    expect(page.told).to_contain_text("Started over with your table; rent is learned.")
    surface = page.page.get_by_role("application", name=re.compile("^What the model says over"))
    expect(surface).to_have_accessible_name(re.compile("over size_m2 and rooms"))
    page.play()
    page.reaches(20)
    page.pause()
    page.page.get_by_role("combobox", name="across").select_option("built")
    expect(surface).to_have_accessible_name(re.compile("over built and rooms"))
    page.page.get_by_role("combobox", name="up").select_option("floor")
    expect(surface).to_have_accessible_name(re.compile("over built and floor"))
    assert len({point(page, x, y) for x in (0.2, 0.4, 0.6, 0.8) for y in (0.2, 0.8)}) > 1, "the surface is not drawn"


def point(page: LabPage, x: float, y: float) -> str:
    """What is read where one points in the surface, as shares of its width and height."""
    surface = page.page.get_by_role("application", name=re.compile("^What the model says over"))
    box = surface.bounding_box()
    assert box is not None
    surface.hover(position={"x": x * box["width"], "y": y * box["height"]})
    expect(surface).to_have_accessible_description(re.compile(r"rent\s+−?[\d.]+"))
    return surface.evaluate("it => it.getRootNode().getElementById('reading').textContent")
