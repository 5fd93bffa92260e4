"""A reader of the course: home page, search, a post whose cells run, an exercise, the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.lab_page import LabPage
from browser.place import Place, link, small
from browser.pool import Pool
from browser.test_access import faults, overflowing
from browser.visits import Visits
from loopscope.server.settings import PAGE
from server.conftest import TOKEN, Served, serving
from server.small_series import write_series

PATIENCE_MS = 30_000
"""A kernel imports what a post needs before the first cell has run."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of the small series, with the page as it is built."""
    home = tmp_path_factory.mktemp("course")
    with serving(home, page=PAGE, series=write_series(home / "series")) as served:
        yield served


@pytest.fixture
def readers(browser: Browser, course: Served) -> Iterator[Visits]:
    """Whoever reads in a test; what a page complained of fails it."""
    pool: Any = SimpleNamespace(lab=SimpleNamespace(origin=course.url))
    visits = Visits(browser, pool, PATIENCE_MS)
    yield visits
    visits.end()
    assert not visits.complaints, "\n".join(visits.complaints)


@pytest.fixture
def reader(readers: Visits, course: Served) -> Page:
    """Somebody who has the token and stands on the home page."""
    return at_home(readers, course)


def at_home(readers: Visits, course: Served, **more: Any) -> Page:
    page = readers.visitor(**more).new_page()
    page.goto(f"{course.url}/?token={TOKEN}")
    expect(page.get_by_role("link", name="A small post")).to_be_visible()
    return page


def open_post(page: Page) -> Page:
    page.get_by_role("link", name="A small post").click()
    expect(page.locator(".output.waiting")).to_have_count(0, timeout=PATIENCE_MS)
    return page


def cell(page: Page, number: int) -> Locator:
    return page.locator(f'ls-cell[data-cell="{number}"]')


def write(box: Locator, code: str) -> None:
    """Write code over what stands in an editor."""
    text = box.get_by_role("textbox")
    text.press("ControlOrMeta+a")
    text.press("Delete")  # over marked words Chromium would insert them in their style, which the policy refuses
    text.page.keyboard.insert_text(code)


def run(box: Locator) -> None:
    box.get_by_role("button", name=re.compile("^run")).click()
    expect(box.get_by_role("button", name=re.compile("^run"))).to_be_visible(timeout=PATIENCE_MS)


def test_the_home_page_leads_to_posts_lab_and_answers(reader: Page) -> None:
    expect(reader.get_by_role("heading", name="A small series", level=1)).to_be_visible()
    expect(reader.get_by_text("Planned", exact=True)).to_be_visible()
    expect(reader.get_by_role("link", name="Open the lab")).to_have_attribute("href", "lab.html")
    box = reader.get_by_role("searchbox", name="Search the course")
    box.fill("what does doubling mean")
    expect(reader.get_by_role("link", name=re.compile("doubling")).first).to_be_visible()
    box.press("Enter")
    expect(reader).to_have_url(re.compile("html"))


def test_a_post_shows_what_its_cells_said_and_a_cell_that_is_changed_runs(reader: Page) -> None:
    open_post(reader)
    expect(reader.locator("math").first).to_be_attached()
    second = cell(reader, 2)
    expect(second.locator(".output")).to_have_text("six is 6")
    second.get_by_role("button", name="edit code cell 2").click()
    write(second, 'width = 5\nprint("ten is", width * 2)')
    reader.keyboard.press("Shift+Enter")
    expect(second.locator(".output")).to_have_text("ten is 10", timeout=PATIENCE_MS)
    run(cell(reader, 3))
    expect(cell(reader, 3).locator(".output")).to_have_text("doubled: 10")
    second.get_by_role("button", name="reset code cell 2").click()
    expect(second.get_by_role("textbox")).to_contain_text("six is")


def test_an_endless_cell_is_interrupted_and_python_goes_on(reader: Page) -> None:
    box = cell(open_post(reader), 2)
    box.get_by_role("button", name="edit code cell 2").click()
    write(box, "print('on', flush=True)\nwhile True: pass")
    box.get_by_role("button", name="run code cell 2").click()
    expect(box.locator(".output")).to_have_text("on", timeout=PATIENCE_MS)
    box.get_by_role("button", name="interrupt code cell 2").click()
    expect(box.locator(".output")).to_contain_text("KeyboardInterrupt")
    write(box, "1 / 0")
    run(box)
    expect(box.locator(".output")).to_contain_text("ZeroDivisionError")
    box.get_by_role("button", name="restart Python").click()
    run(cell(reader, 3))
    expect(cell(reader, 3).locator(".output")).to_have_text("doubled: 6")


def test_an_exercise_is_failed_hinted_passed_and_shown(reader: Page, readers: Visits) -> None:
    readers.expected.append("status of 409")  # a solution that is asked for too early
    box = open_post(reader).locator("ls-exercise")
    box.scroll_into_view_if_needed()
    box.get_by_role("button", name="check").click()
    said = box.get_by_role("status")
    expect(said).to_contain_text("should be twice 4", timeout=PATIENCE_MS)
    box.get_by_role("button", name=re.compile("^hint")).click()
    expect(box.get_by_text("Twice.")).to_be_visible()
    box.get_by_role("button", name="solution").click()
    expect(said).to_contain_text("ask once more")
    box.get_by_role("button", name="edit").click()
    write(box, "def double(x):\n    return x + x\n")
    reader.keyboard.press("Shift+Enter")
    expect(said).to_contain_text("Passed", timeout=PATIENCE_MS)
    box.get_by_role("button", name="solution").click()
    expect(box.get_by_text("return 2 * x")).to_be_visible()
    reader.get_by_role("link", name="loopscope").click()
    expect(reader.get_by_text("1 of 1 exercises")).to_be_visible()


def test_the_editor_is_entered_and_left_by_keyboard(reader: Page) -> None:
    box = cell(open_post(reader), 2)
    box.get_by_role("button", name="edit code cell 2").focus()
    reader.keyboard.press("Enter")
    expect(box.get_by_role("textbox")).to_be_focused()
    reader.keyboard.press("Escape")
    reader.keyboard.press("Tab")
    expect(box.get_by_role("textbox")).not_to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_course_has_a_serious_fault(readers: Visits, course: Served, scheme: str) -> None:
    page = at_home(readers, course, color_scheme=scheme)
    page.get_by_role("searchbox").fill("doubling")
    expect(page.get_by_role("listitem").get_by_text("glossary").first).to_be_visible()
    found = [f"home: {fault}" for fault in faults(page)]
    page.goto(f"{course.url}/glossary.html")
    found += [f"glossary: {fault}" for fault in faults(page)]
    page.goto(course.url)
    box = cell(open_post(page), 2)
    box.get_by_role("button", name="edit code cell 2").click()
    expect(box.get_by_role("textbox")).to_be_focused()
    found += [f"post: {fault}" for fault in faults(page)]
    assert not found, "\n".join(found)


def test_a_post_is_taken_away_as_a_notebook(reader: Page) -> None:
    open_post(reader)
    with reader.expect_download() as download:
        reader.get_by_role("link", name="a notebook").click()
    assert download.value.suggested_filename == "1.1.ipynb"
    assert "doubled" in download.value.path().read_text(encoding="utf-8")


def test_no_width_scrolls_a_page_of_the_course_sideways(reader: Page) -> None:
    wide = overflowing(reader, "home") + overflowing(open_post(reader), "post")
    assert wide == []


def test_a_link_of_before_opens_the_lab(visits: Visits, pool: Pool, lab: Place) -> None:
    experiment = small()
    page = LabPage(visits.visitor().new_page(), pool, experiment)
    page.page.goto(f"{lab.url}#e={link(experiment)}")
    page.ready()
    assert "/lab.html#" in page.page.url and page.session
    page.page.get_by_role("link", name="loopscope").click()
    expect(page.page.get_by_role("link", name="Open the lab")).to_be_visible()
