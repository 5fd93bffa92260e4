"""Runs of other terminals appear by themselves; they are searched, noted, deleted, and taken back."""

from __future__ import annotations

import subprocess
import sys

from playwright.sync_api import Locator, expect

from browser.lab_page import LabPage
from browser.place import Place, link, small


def test_a_run_of_another_terminal_appears_and_is_searched(page: LabPage, lab: Place) -> None:
    page.page.get_by_role("link", name="Runs", exact=True).click()
    expect(page.page.get_by_role("heading", name="Runs")).to_be_visible()
    name = train(lab)
    expect(row(page, name)).to_contain_text("finished")
    search = page.page.get_by_role("searchbox", name="Search runs")
    search.fill("nobody has this name")
    expect(row(page, name)).to_have_count(0)
    expect(page.page.get_by_text("No run has “nobody has this name”")).to_be_visible()
    search.fill(name)
    expect(row(page, name)).to_be_visible()
    expect(page.page.get_by_role("row")).to_have_count(2)  # with that of the headings


def test_a_run_is_noted_deleted_and_taken_back(page: LabPage, lab: Place) -> None:
    name = train(lab)
    page.page.get_by_role("link", name="Runs", exact=True).click()
    row(page, name).click()
    notes = page.page.get_by_role("textbox", name="Notes")
    notes.fill(f"a word about {name}")
    notes.press("Control+Enter")
    expect(page.page.get_by_text("Saved.")).to_be_visible()
    expect(row(page, name)).to_contain_text(f"a word about {name}")
    page.button("Delete").click()
    expect(row(page, name)).to_have_count(0)
    page.button("Undo").click()
    expect(row(page, name)).to_contain_text(f"a word about {name}")


def train(lab: Place) -> str:
    """The name of a run that another process has recorded."""
    experiment = small("training.epochs=2")
    command = [sys.executable, "-m", "loopscope", "train", link(experiment), "--json", "--home", str(lab.home)]
    subprocess.run(command, check=True, capture_output=True)
    return experiment.name


def row(page: LabPage, name: str) -> Locator:
    return page.page.get_by_role("row").filter(has=page.page.get_by_role("gridcell", name=name, exact=True))
