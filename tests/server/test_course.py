"""The course as the server tells of it: tree, progress, pages, search, outputs as they come, files, exercises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from loopscope.server.preceding import preceding
from loopscope.server.reading import FILE, Reading
from server.fake_shelf import FakeShelf

from .conftest import Served, serving
from .small_series import POST, write_series

SHELL = "<html><title><!--title--></title><!--head--><body><!--body--></body></html>"


@pytest.fixture(scope="module")
def shelf() -> FakeShelf:
    return FakeShelf()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, shelf: FakeShelf) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("home")
    (home / "page").mkdir()
    for name in ("index.html", "lab.html", "post.html"):
        (home / "page" / name).write_text(SHELL + name)
    with serving(home, page=home / "page", shelf=shelf) as one:
        yield one
    assert shelf.closed


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of a small series, which executes and judges for real."""
    home = tmp_path_factory.mktemp("small")
    (home / "page").mkdir()
    for name in ("index.html", "post.html"):
        (home / "page" / name).write_text(SHELL)
    with serving(home, page=home / "page", series=write_series(home / "series")) as one:
        yield one


def test_the_tree_has_every_post_and_how_far_the_reader_is(served: Served, shelf: FakeShelf) -> None:
    def posts() -> list[dict[str, object]]:
        tree = served.ask("GET", "/api/course").json()
        assert tree["title"] == shelf.title
        return tree["modules"][0]["posts"]

    first, second = posts()
    assert (first["opened"], first["read"], second["planned"]) == (False, False, True)
    assert first["exercises"] == [{"name": "double", "title": "Double", "done": False}]
    assert served.ask("GET", "/2.1.html").status_code == 200
    assert posts()[0]["opened"] is True
    assert served.ask("PUT", "/api/posts/2.1/read").status_code == 204
    assert posts()[0]["read"] is True


def test_a_post_fills_its_shell_and_begins_to_run(served: Served, shelf: FakeShelf) -> None:
    page = served.ask("GET", "/2.1.html").text
    assert "<title>2.1 Why? &lt;now&gt;</title>" in page and '<meta name="loopscope" content="served">' in page
    assert 'data-post="2.1"' in page and "<!--" not in page
    assert shelf.begun and "activation" in served.ask("GET", "/glossary.html").text


def test_other_pages_are_files_and_what_is_none_is_404(served: Served) -> None:
    assert served.ask("GET", "/lab.html").text.endswith("lab.html")
    for path in ("/2.2.html", "/9.9.html", "/...html", "/%00.html", "/2.1.HTML"):
        assert served.ask("GET", path).status_code == 404, path


@pytest.mark.parametrize("path", ["posts/9.9/outputs", "posts/2.2/export?to=markdown", "exercises/9.9/nothing"])
def test_a_post_or_exercise_that_is_none_is_404_in_our_shape(served: Served, path: str) -> None:
    answer = served.ask("GET", f"/api/{path}")
    assert answer.status_code == 404 and answer.json()["problems"][0]["field"] in ("post", "exercise")


def test_outputs_come_as_events(served: Served, shelf: FakeShelf) -> None:
    answer = served.ask("GET", "/api/posts/2.1/outputs")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text == 'event: cell\ndata: {"cell": 1, "html": "<pre>16</pre>"}\n\nevent: done\ndata: {}\n\n'
    shelf.fails = True
    assert 'event: failed\ndata: {"cell": 2' in served.ask("GET", "/api/posts/2.1/outputs").text
    shelf.fails = False


def test_search_and_files(served: Served) -> None:
    assert served.ask("GET", "/api/course/search", params={"q": "activ"}).json()["results"][0]["kind"] == "term"
    assert served.ask("GET", "/api/course/search", params={"q": "x" * 201}).status_code == 422
    saved = served.ask("GET", "/api/posts/2.1/export?to=markdown")
    assert "2.1.md" in saved.headers["content-disposition"] and saved.content.startswith(b"# 2.1")
    assert served.ask("GET", "/api/posts/2.1/export?to=pdf").status_code == 422


def test_what_a_reader_has_read_survives_a_damaged_file(tmp_path: Path) -> None:
    reading = Reading(tmp_path / "new")
    reading.mark("2.1", "opened")
    reading.mark("2.1", "opened")
    assert json.loads((tmp_path / "new" / FILE).read_text()) == {"2.1": ["opened"]}
    for damaged in ("", "[1]", '{"2.1": 3}', "\0"):
        (tmp_path / "new" / FILE).write_text(damaged)
        assert reading.marks() == {}
    reading.mark("2.1", "read")
    assert reading.marks() == {"2.1": {"read"}}


def test_a_small_series_is_executed_once_and_told(small: Served) -> None:
    assert 'class="output waiting"' in small.ask("GET", "/1.1.html").text
    told = small.ask("GET", "/api/posts/1.1/outputs").text
    assert told.count("event: cell") == POST.count("{code-cell}") and told.rstrip().endswith("data: {}")
    again = small.ask("GET", "/1.1.html").text
    assert "six is 6" in again and "waiting" not in again
    assert small.ask("GET", "/api/course/search", params={"q": "doubling"}).json()["results"]
    assert small.ask("GET", "/api/posts/1.1/export?to=notebook").json()["nbformat"] == 4


def test_a_page_sees_what_its_author_has_written_since(small: Served) -> None:
    path = small.settings.series / "1.1-small" / "post.md"
    written = path.read_text()
    path.write_text(written.replace("A small post", "Another title"))
    assert "Another title" in small.ask("GET", "/1.1.html").text
    path.write_text(written.replace("{exercise} double", "{exercise} missing"))
    assert "missing" in small.ask("GET", "/1.1.html").text
    path.write_text(written.replace("tags: [setup]", "tags: [nothing]"))
    assert "cannot be shown" in (said := small.ask("GET", "/1.1.html").text) and "nothing" in said
    post = small.ask("GET", "/api/course").json()["modules"][0]["posts"][0]
    assert post["planned"] and "nothing" in post["summary"]
    path.write_text(written)


def test_an_exercise_is_tried_hinted_passed_and_solved(small: Served) -> None:
    address = "/api/exercises/1.1/double"
    task = small.ask("GET", address).json()
    assert (task["title"], task["hints"], task["done"]) == ("Double it", 3, False)
    early = small.ask("POST", f"{address}/solution")
    assert early.status_code == 409 and "ask once more" in early.json()["problem"]
    wrong = small.ask("POST", f"{address}/check", json={"code": "def double(x):\n    return x\n"}).json()
    assert not wrong["passed"] and "twice" in wrong["sentence"]
    assert [small.ask("POST", f"{address}/hint").json()["grade"] for _ in range(2)] == ["Idea", "Place"]
    right = small.ask("POST", f"{address}/check", json={"code": "def double(x):\n    return x + x\n"}).json()
    assert right["passed"], right
    assert small.ask("GET", address).json()["done"]
    assert "return 2 * x" in small.ask("POST", f"{address}/solution").json()["code"]
    assert small.ask("POST", f"{address}/reset").json()["code"] == task["code"]
    assert small.ask("POST", f"{address}/check", json={"code": "x" * 100_001}).status_code == 422


def test_cells_that_one_needs_are_those_above_it_but_figures_that_bind_nothing_it_uses() -> None:
    from loopscope.course.post import Cell

    cells = [
        Cell("setup", "import math", 1, 1),
        Cell("figure", "shown = draw()", 2, 2),
        Cell("claim", "assert held", 3, 3),
        Cell("code", "width = 3", 4, 4),
        Cell("code", "print(width)", 5, 5),
    ]
    assert [number for number, _ in preceding(cells, 5, "print(width)")] == [1, 4]
    assert [number for number, _ in preceding(cells, 5, "print(shown)")] == [1, 2, 4]
    assert [number for number, _ in preceding(cells, 5, "half (written")] == [1, 4]
    assert preceding(cells, 1, "x") == []
