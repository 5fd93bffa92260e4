"""A sweep in the lab: chosen, started, seen to change, and a tile opened as the experiment that it is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.lab_page import LabPage
from loopscope import sweeps
from loopscope.experiment import from_link

TAKEN = "(canvas) => canvas.toDataURL()"
"""A text that tells two pictures apart."""


def opened(page: LabPage, first: str, second: str) -> Page:
    """The sweep's view with these levels of the learning rate and the activation."""
    it = page.page
    it.get_by_role("link", name="Sweep", exact=True).click()
    for path, levels in (("training.lr", first), ("model.activation", second)):
        box = it.get_by_role("textbox", name=f"Levels of {path}", exact=True)
        box.fill(levels)
        box.press("Enter")
    return it


def tile(it: Page, name: str) -> Locator:
    return it.get_by_role("link", name=re.compile(f"^{re.escape(name)}: "))


def begin(it: Page) -> None:
    """Small ones may be over before anybody has seen them go."""
    it.get_by_role("button", name="Start", exact=True).click()


@pytest.mark.parametrize("settings", [["training.epochs=2000"]])
def test_tiles_train_together_and_one_is_opened(page: LabPage) -> None:
    it = opened(page, "0.01,0.1,1", "relu,tanh")
    expect(it.get_by_text("6 tiles, trained together in 2 stacks")).to_be_visible()
    begin(it)
    expect(it.get_by_role("link", name=re.compile("^lr .*, activation "))).to_have_count(6)
    canvases = it.locator("ls-sweep-grid canvas")
    expect(canvases).to_have_count(6)
    before = [each.evaluate(TAKEN) for each in canvases.all()]
    for each, first in zip(canvases.all(), before, strict=True):
        it.wait_for_function(f"([canvas, first]) => ({TAKEN})(canvas) !== first", arg=[each.element_handle(), first])
    link = (tile(it, "lr 0.1, activation tanh").get_attribute("href") or "").removeprefix("#e=")
    tile(it, "lr 0.1, activation tanh").click()
    expect(it.locator("ls-network")).to_have_count(1)
    expect(it.locator("ls-sweep-grid")).to_have_count(0)
    expect(it).to_have_url(re.compile(f"e={re.escape(link)}$"))
    training = from_link(link).training
    assert (training.lr, from_link(link).model.activation) == (0.1, "tanh")
    page.stands_at(0)
    it.get_by_role("link", name="Sweep", exact=True).click()
    expect(it.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    it.get_by_role("button", name="Stop", exact=True).click()
    expect(it.get_by_text("nothing is recorded")).to_be_visible()


def test_arrow_keys_go_between_tiles_and_enter_opens(page: LabPage) -> None:
    it = opened(page, "0.01,0.1", "relu,tanh")
    it.get_by_label("speed of the sweep").select_option("as fast as it goes")
    begin(it)
    expect(it.get_by_text("Recorded as")).to_be_visible()
    tile(it, "lr 0.01, activation relu").focus()
    it.keyboard.press("ArrowRight")
    expect(tile(it, "lr 0.1, activation relu")).to_be_focused()
    it.keyboard.press("ArrowDown")
    expect(tile(it, "lr 0.1, activation tanh")).to_be_focused()
    page.stands_at(0)  # the lab's own arrow keys take steps
    it.keyboard.press("Enter")
    expect(it.locator("ls-network")).to_have_count(1)
    expect(it.locator("ls-sweep-grid")).to_have_count(0)


def test_a_finished_one_is_recorded_and_shown_again(page: LabPage) -> None:
    it = opened(page, "0.01,0.1", "relu,tanh")
    it.get_by_label("Seeds for each tile", exact=True).last.select_option("2 seeds")
    expect(it.get_by_text("4 tiles × 2 seeds = 8 runs")).to_be_visible()
    it.get_by_label("speed of the sweep").select_option("as fast as it goes")
    begin(it)
    expect(it.get_by_text("Recorded as")).to_be_visible()
    expect(it.get_by_text("★ best")).to_have_count(1)
    book = sweeps.found("last", page.lab.home)
    assert len(book.rows()) == 8
    it.get_by_role("button", name=re.compile(f"^{page.experiment.name} ")).click()
    expect(it.get_by_text("From the record")).to_be_visible()
    expect(it.get_by_text("★ best")).to_have_count(1)
    it.get_by_role("button", name="Train it again, live").click()
    expect(it.get_by_text("From the record")).to_have_count(0)


def test_what_cannot_be_trained_is_said_before_it_starts(page: LabPage) -> None:
    it = opened(page, "0.001:1:log:200", "relu,tanh")
    expect(it.get_by_role("alert").filter(has_text="at most 256 tiles")).to_be_visible()
    expect(it.get_by_role("button", name="Start", exact=True)).to_be_disabled()


@pytest.mark.parametrize("settings", [["data.name=digits", "data.samples=100"]])
def test_data_without_a_plane_shows_losses(page: LabPage) -> None:
    it = opened(page, "0.01,0.1", "relu,tanh")
    expect(it.get_by_text("64 inputs have no plane to draw")).to_be_visible()
    begin(it)
    expect(it.locator("ls-sweep-grid canvas")).to_have_count(4)
    expect(tile(it, "lr 0.01, activation relu")).to_have_accessible_name(re.compile(r"test loss \d"))
