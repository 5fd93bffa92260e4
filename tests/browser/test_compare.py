"""Two experiments side by side: from the same initial weights, one setting changed, on one timeline."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from browser.lab_page import LabPage


def test_two_lanes_begin_alike_and_step_together(page: LabPage) -> None:
    page.page.get_by_role("link", name="Compare", exact=True).click()
    page.page.get_by_role("button", name="lr ÷ 10", exact=True).click()
    both = [page.page.get_by_role("region", name=f"experiment {letter}", exact=True) for letter in "AB"]
    expect(page.page.get_by_text("The same initial weights and the same batches in the same order.")).to_be_visible()
    first, second = (loss(lane) for lane in both)
    page.stands_at(0)
    expect(first).to_have_text(re.compile(r"\d"))
    expect(second).to_have_text(first.inner_text())
    page.advance("epoch", to=3)
    expect(second).not_to_have_text(first.inner_text())
    runs = page.leave()
    assert sorted(run.experiment.training.lr for run in runs if run.experiment) == [0.003, 0.03]
    losses = [page.lab.losses(run) for run in runs]
    assert [sorted(each) for each in losses] == [[1, 2, 3]] * 2
    assert losses[0][1] == losses[1][1], "the first batch is judged by the same weights"
    assert losses[0][3] != losses[1][3]


def test_the_lab_shows_one_of_two_at_a_time(page: LabPage) -> None:
    page.page.get_by_role("link", name="Compare", exact=True).click()
    page.page.get_by_role("button", name=re.compile(r"^hidden \d+$")).click()
    expect(page.page.get_by_role("region", name="experiment B", exact=True)).to_be_visible()
    page.page.get_by_role("link", name="← back to the lab").click()
    network = page.page.get_by_role("application", name=re.compile("^Network of"))
    expect(network).to_have_accessible_name(re.compile(r"^Network of 2, \d+, 1 units"))
    first = network.get_attribute("aria-label") or ""
    page.page.get_by_role("group", name="experiment shown").get_by_role("button", name=re.compile("^B ")).click()
    expect(network).not_to_have_accessible_name(first)
    expect(page.page.locator("ls-output")).to_have_count(1)


def loss(lane: Locator) -> Locator:
    return lane.get_by_role("row", name=re.compile("^train ")).get_by_role("cell").first
