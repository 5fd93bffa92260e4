"""Set points in the output: they are seen at once, learned from, erased, and carried by the link and the script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from browser.lab_page import LabPage
from browser.visits import Visits
from loopscope.experiment import Experiment, from_link


def output(page: LabPage) -> Locator:
    return page.page.get_by_role("application", name=re.compile("^What the model says over"))


def press(page: LabPage, x: float, y: float, **more: object) -> None:
    """Press in the output, at shares of its width and height."""
    box = output(page).bounding_box()
    assert box is not None
    output(page).click(position={"x": x * box["width"], "y": y * box["height"]}, **more)  # pyright: ignore


def begin(page: LabPage, brush: str) -> None:
    page.page.get_by_text("Your own points").click()
    page.button(brush).click()


def says(page: LabPage, count: str) -> None:
    expect(page.page.locator("ls-own-data")).to_contain_text(count)


def learns(page: LabPage, count: int) -> None:
    expect(page.told).to_contain_text(f"Started over with your {count} points.")
    page.page.wait_for_url(lambda url: len(from_link(url).data.points) == count)
    expect(page.page.locator("ls-data-panel")).to_contain_text("points what you set by hand")
    page.ready()


def carried(page: LabPage) -> Experiment:
    """The experiment of the address, as somebody gets it who is sent it."""
    return from_link(page.page.url)


@pytest.mark.parametrize("settings", [["data.features=x1,x2,x1*x2"]])
def test_points_of_a_new_class_are_learned_and_travel_in_the_link(page: LabPage, visits: Visits) -> None:
    begin(page, "class 2")
    for x in (0.3, 0.35, 0.4):
        press(page, x, 0.8)
    says(page, "103 points")  # before anything is sent
    learns(page, 103)
    sent = carried(page).data
    assert (sent.name, len(sent.points), sent.features) == ("points", 103, ("x1", "x2", "x1*x2"))
    assert [row[2] for row in sent.points[-3:]] == [2, 2, 2]
    page.advance("batch", 1)
    loss = page.loss().inner_text()
    other = LabPage(visits.visitor().new_page(), page.pool).follow(page.page.url.partition("&e=")[2])
    other.advance("batch", 1)
    expect(other.loss()).to_have_text(loss)


def test_a_point_is_erased_where_it_is_pressed_again_and_all_of_it_is_undone(page: LabPage) -> None:
    begin(page, "start empty")
    says(page, "0 points, 2 are needed")
    page.button("class 1").click()
    press(page, 0.3, 0.3)
    says(page, "1 point, 2 are needed")
    press(page, 0.3, 0.3, modifiers=["Shift"])
    says(page, "0 points, 2 are needed")
    for x in (0.3, 0.5, 0.8):
        press(page, x, x)
    learns(page, 3)
    page.button("Undo").click()
    expect(page.page.locator("ls-data-panel")).to_contain_text("two interleaved half circles")
    says(page, "The points that are there are taken up.")
    page.page.wait_for_url(lambda url: from_link(url).data.name == "moons")


@pytest.mark.parametrize("settings", [["data.name=sine", "data.samples=60"]])
def test_a_curve_gains_a_point_where_it_was_pressed(page: LabPage) -> None:
    begin(page, "point")
    press(page, 0.5, 0.1)
    learns(page, 61)
    points = carried(page).data.points
    assert {len(row) for row in points} == {2}
    x, y = points[-1][:2]
    assert abs(x) < 0.5 and y > 0.5
