"""Edit a weight and give the link away; change settings in flight, start over with others, and take it back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from browser.lab_page import LabPage
from browser.network import point_at, value
from browser.pool import Pool
from browser.visits import Visits


def test_an_edited_weight_is_in_the_link(page: LabPage, visits: Visits, pool: Pool) -> None:
    page.advance("epoch", to=3)
    before = value(point_at(page, "weight")).input_value()
    page.page.keyboard.press("Enter")
    page.page.keyboard.type("0.625")
    page.page.keyboard.press("Enter")
    expect(value(point_at(page, "weight"))).to_have_value("0.625")
    assert before != "0.625"
    page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.page.get_by_role("button", name="copy a link to this experiment").click()
    expect(page.page.get_by_role("status").filter(has_text="link copied")).to_be_visible()
    address: str = page.page.evaluate("navigator.clipboard.readText()")
    assert address.startswith(f"{page.lab.origin}/lab.html#e=")
    assert page.lab.token not in address

    somebody = LabPage(visits.visitor().new_page(), pool)
    somebody.follow(address.partition("#e=")[2])
    somebody.stands_at(0)
    expect(value(point_at(somebody, "weight"))).to_have_value("0.625")
    assert somebody.session != page.session


def test_a_change_in_flight_is_marked_and_the_run_goes_on(page: LabPage) -> None:
    page.advance("epoch", to=3)
    page.write("learning rate, exactly", "0.001")
    expect(page.timeline).to_have_accessible_description(re.compile(r"at step 3 training\.lr from 0\.03 to 0\.001"))
    page.stands_at(3)
    page.advance("epoch", to=6)
    [first] = page.leave()
    assert [(change.step, change.field) for change in first.changes] == [(3, "training.lr")]


def test_what_starts_over_says_so_before_and_after_and_undo_comes_back_to_where_it_was(page: LabPage) -> None:
    page.advance("epoch", to=3)
    loss = page.loss().inner_text()
    noise = page.page.get_by_label("noise, exactly", exact=True)
    expect(noise).to_have_accessible_description(re.compile("Changing it starts over"))
    rate = page.page.get_by_label("learning rate, exactly", exact=True)
    expect(rate).not_to_have_accessible_description(re.compile("Changing it starts over"))
    page.write("noise, exactly", "0.5")
    expect(page.told).to_contain_text("Started over with noise 0.5")
    page.stands_at(0)
    page.advance("epoch", to=3)
    page.told.get_by_role("button", name="Undo").click()
    expect(noise).to_have_value("0.2")
    expect(page.loss()).to_have_text(loss)
    page.stands_at(3)
    page.advance("epoch", to=6)
    curve = page.curve()
    before, other, after = page.leave()
    assert after.facts["from"] == [before.id, 3] and "from" not in other.facts
    assert curve == {**page.lab.losses(before), **page.lab.losses(after)} and sorted(curve) == [1, 2, 3, 4, 5, 6]


def test_a_value_that_is_not_allowed_is_refused_at_its_box(page: LabPage) -> None:
    page.write("noise, exactly", "7")
    refusal = page.page.get_by_role("alert")
    expect(refusal).to_contain_text("7; allowed 0 to 1")
    expect(page.page.get_by_label("noise, exactly", exact=True)).to_have_attribute("aria-invalid", "true")
    page.write("noise, exactly", "0.25")
    expect(refusal).to_have_count(0)
    expect(page.told).to_contain_text("Started over with noise 0.25")


DIVERGING = ("data.name=bumps", "training.optimizer=sgd", "training.lr=1000", "training.batch_size=all")


@pytest.mark.parametrize("settings", [DIVERGING])
def test_a_divergence_names_what_where_and_when_and_lets_go_back(page: LabPage) -> None:
    page.button("play").click()
    expect(page.told).to_contain_text(re.compile(r"output of layer 2 became -?inf in step \d+"))
    expect(page.told).to_contain_text(re.compile(r"Diverged at step \d+"))
    at = page.step
    page.told.get_by_role("button", name="Back, and lr 100").click()
    page.stands_at(max(0, at - 50))
    expect(page.page.get_by_label("learning rate, exactly", exact=True)).to_have_value("100")
    expect(page.button("play")).to_be_enabled()
