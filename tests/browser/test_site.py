"""A site as its visitors have it: from a sub-path of any server, or opened as files; and what its first page weighs."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from browser.test_access import faults, overflowing
from browser.visits import Visits
from course.nine_questions import NINE, WORDINGS, answered
from loopscope.course.executing import execute
from loopscope.course.series import open_series
from loopscope.course.site import alone_files, site_files
from loopscope.server.settings import PAGE

MB = 1_000_000
FIRST_PAGE = 1.5 * MB
"""All that a browser loads when it opens a post, not compressed; the issue's own bound."""
HOME_PAGE = 0.4 * MB
SUB_PATH = "some/where"
PATIENCE_MS = 30_000
RIGHT, SHOWN = 25, 8
"""Of 27 wordings, how many must find their answer among the first three by MiniSearch, which adds up what each field
fits where SQLite weighs a document as a whole; all must among those that the page shows."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our series with one of its posts, and that post alone."""
    series = open_series()
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # other processes may have run it already
    done = execute(series.place("2.1").post, shared / "posts")
    root = tmp_path_factory.mktemp("www")
    for below, files in ((SUB_PATH, site_files(series, [done], PAGE)), ("alone", alone_files(done, series, PAGE))):
        for name, content in files.items():
            (root / below / name).parent.mkdir(parents=True, exist_ok=True)
            (root / below / name).write_bytes(content)
    return root


@pytest.fixture(scope="module")
def origin(folder: Path) -> Iterator[str]:
    """A server that knows nothing but files."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """Python's own, without a line for each request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def visits(browser: Browser, origin: str) -> Iterator[Visits]:
    """Whoever comes; an error, a warning, a request to elsewhere or to what is not there fails the test."""
    visits = Visits(browser, SimpleNamespace(lab=SimpleNamespace(origin=origin)), PATIENCE_MS)  # pyright: ignore
    yield visits
    visits.end()
    assert not visits.complaints, "\n".join(visits.complaints)


def weight(page: Page, address: str) -> int:
    """Bytes of all that the page loads until nothing more comes."""
    bodies: list[Response] = []
    page.on("response", lambda response: bodies.append(response))
    page.goto(address, wait_until="networkidle")
    return sum(len(response.body()) for response in bodies)


def read_through(page: Page) -> None:
    """To the end, past every figure."""
    for figure in page.locator("main > article > figure").all():
        figure.scroll_into_view_if_needed()
        expect(figure.locator("img")).to_have_count(1)
    page.locator("main > article > :last-child").scroll_into_view_if_needed()


def test_the_first_page_weighs_little(visits: Visits, origin: str) -> None:
    assert 0.1 * MB < weight(visits.visitor().new_page(), f"{origin}/{SUB_PATH}/2.1.html") <= FIRST_PAGE
    assert 0.05 * MB < weight(visits.visitor().new_page(), f"{origin}/{SUB_PATH}/index.html") <= HOME_PAGE


def test_too_much_would_be_noticed(visits: Visits, origin: str, folder: Path) -> None:
    heavy = folder / SUB_PATH / "heavy.html"
    heavy.write_text("<!doctype html><title>heavy</title><link rel=icon href=data:,>" + "x" * int(FIRST_PAGE))
    assert weight(visits.visitor().new_page(), f"{origin}/{SUB_PATH}/heavy.html") > FIRST_PAGE
    heavy.unlink()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_has_a_serious_fault_or_is_too_wide_for_a_phone(visits: Visits, origin: str, scheme: str) -> None:
    page = visits.visitor(color_scheme=scheme).new_page()
    found: list[str] = []
    for name in ("index", "2.1", "glossary"):
        page.goto(f"{origin}/{SUB_PATH}/{name}.html", wait_until="networkidle")
        if name == "2.1":
            read_through(page)
        found += [f"{name}: {fault}" for fault in faults(page)]
        found += overflowing(page, name)
    assert not found, "\n".join(found)


def test_a_recorded_figure_plays_and_says_what_it_cannot(visits: Visits, origin: str) -> None:
    page = visits.visitor().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{origin}/{SUB_PATH}/2.1.html", wait_until="networkidle")
    assert not [url for url in asked if "/replays/" in url]
    plays(page)
    assert [url for url in asked if "/replays/" in url]
    expect(page.get_by_role("button", name="run", exact=False)).to_have_count(0)  # no button that leads nowhere
    expect(page.get_by_text("loopscope exercises run 2.1/").first).to_be_attached()


def test_what_readers_ask_is_found_without_a_server(visits: Visits, origin: str) -> None:
    page = visits.visitor().new_page()
    page.goto(f"{origin}/{SUB_PATH}/index.html")
    page.get_by_role("searchbox").fill("what does fc1 mean")
    expect(page.get_by_role("link", name="What are fc1 and fc2?").first).to_be_visible()
    missed, asked = list[str](), 0
    written = {f"{place.number}.html" for place in open_series().written}
    for number, wordings in WORDINGS.items():
        for words in wordings if NINE[number].partition("#")[0] in written else ():
            found: list[str] = page.evaluate(FIND, words)
            asked += 1
            missed += [] if answered(found[:3], number) else [f"{words}: {found}"]
            assert answered(found[:SHOWN], number), f"{words}: {found}"
    assert asked and len(missed) <= 27 - RIGHT, "\n".join(missed)


FIND = """words => document.querySelector("ls-home").shadowRoot.querySelector("ls-search").find(words)
    .then(found => found.map(each => each.href))"""


@pytest.mark.parametrize("below", [SUB_PATH, "alone"])
def test_opened_as_a_file_it_is_all_there(browser: Browser, folder: Path, below: str) -> None:
    """Browsers say that they load no modules from files: so the console is not asked here, but the page."""
    with browser.new_context() as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((folder / below / "2.1.html").as_uri())
        expect(page.locator(".math").first.locator("math")).to_be_attached()
        plays(page)
        if below == SUB_PATH:
            page.get_by_role("link", name="loopscope").first.click()
            page.get_by_role("searchbox").fill("hidden dimension")
            expect(page.get_by_role("link", name="What is the hidden dimension").first).to_be_visible()
        assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]


def test_without_scripts_text_formulas_pictures_and_links_are_there(browser: Browser, origin: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{origin}/{SUB_PATH}/index.html")
        page.get_by_role("link", name="From Linear to Nonlinear").click()
        expect(page.locator(".math").first).to_contain_text("w_1 x_1")
        picture = page.locator("ls-scope > img").first
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()


def plays(page: Page) -> None:
    """The first figure comes to life, and moves when it is told to."""
    figure = page.locator("ls-scope").first
    figure.scroll_into_view_if_needed()
    expect(figure.get_by_text("A recording of a real run.")).to_be_visible()
    play = figure.get_by_role("button", name="play").first
    play.click()
    expect(figure.get_by_role("button", name="pause").first).to_be_visible()
