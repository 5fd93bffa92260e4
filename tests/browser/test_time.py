"""Play, pause, step, scrub back, go on from there: what a person does with time."""

from __future__ import annotations

from playwright.sync_api import expect

from browser.lab_page import LabPage


def test_it_opens_plays_and_pauses(page: LabPage) -> None:
    page.stands_at(0)
    page.play()
    page.reaches(50)
    assert page.pause() >= 50


def test_one_batch_is_one_step_and_an_epoch_is_all_batches(page: LabPage) -> None:
    page.advance("batch")
    page.stands_at(1)
    page.advance("batch")
    page.stands_at(2)
    page.advance("epoch")  # 280 rows in batches of 32: nine steps, of which two were taken
    page.stands_at(9)


def test_scrubbing_back_and_going_on_gives_the_same_losses(page: LabPage) -> None:
    page.advance("epoch")
    page.stands_at(9)
    told = page.page.locator("ls-output").inner_text()
    page.advance("epoch")
    page.stands_at(18)
    page.seek(9)
    expect(page.page.locator("ls-output")).to_have_text(told, use_inner_text=True)
    page.advance("epoch")
    page.stands_at(18)


def test_keys_play_and_step(page: LabPage) -> None:
    page.press("ArrowRight")
    page.stands_at(1)
    page.press("Shift+ArrowRight")
    page.stands_at(9)
    page.press("r")
    page.stands_at(0)
    page.press("Space")
    page.reaches(20)
    page.press("Space")
    expect(page.button("play")).to_be_visible()
