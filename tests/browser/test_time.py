"""Play, pause, step, scrub back, go on from there: what a person does with time."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from playwright.sync_api import expect

from browser.lab_page import LabPage
from browser.place import Place


def test_it_opens_plays_and_pauses(page: LabPage) -> None:
    page.stands_at(0)
    page.play()
    page.reaches(50)
    assert page.pause() >= 50


def test_one_batch_is_one_step_and_an_epoch_is_all_batches(page: LabPage) -> None:
    page.advance("batch", to=1)
    page.advance("batch", to=2)
    page.advance("epoch", to=3)  # of three steps, two were taken
    page.advance("epoch", to=6)
    expect(page.figure("epoch")).to_have_text("2")


def test_going_on_from_an_earlier_step_is_a_new_run_with_the_same_losses(page: LabPage, lab: Place) -> None:
    page.advance("epoch", to=3)
    at_3 = page.loss().inner_text()
    page.advance("epoch", to=6)
    at_6 = page.loss().inner_text()
    assert at_6 != at_3
    page.seek(3)
    expect(page.loss()).to_have_text(at_3)
    page.advance("epoch", to=6)
    expect(page.loss()).to_have_text(at_6)
    old, new = page.leave()
    assert {run["run"] for run in recorded(lab, page.experiment.name)} == {old.id, new.id}
    assert new.facts["from"] == [old.id, 3]
    assert [lab.losses(old)[step] for step in (4, 5, 6)] == [lab.losses(new)[step] for step in (4, 5, 6)]


def test_keys_play_and_step(page: LabPage) -> None:
    page.press("ArrowRight")
    page.stands_at(1)
    page.press("Shift+ArrowRight")
    page.stands_at(3)
    page.press("ArrowLeft")
    page.stands_at(2)
    page.press("r")
    page.stands_at(0)
    page.press("Space")
    page.reaches(20)
    page.press("Space")
    expect(page.button("play")).to_be_visible()
    page.press("?")
    expect(page.page.get_by_role("dialog", name="help")).to_be_visible()


def recorded(lab: Place, name: str) -> list[dict[str, Any]]:
    """What another terminal says of the record."""
    command = [sys.executable, "-m", "loopscope", "runs", "--json", "--search", name, "--home", str(lab.home)]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return [run for run in said["runs"] if run["name"] == name]
