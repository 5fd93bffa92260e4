"""Every post that is there runs from its source, with every claim, and leaves the house whole."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from loopscope.course.executing import Executed, execute
from loopscope.course.page import Page
from loopscope.course.plain import markdown_files
from loopscope.course.reading import terminal_text
from loopscope.course.series import OURS, Place, open_series
from loopscope.errors import UserMistake

SERIES = open_series()
SAMPLE = open_series(Path(__file__).parent / "sample-series")
WITHIN_S = 30.0


@pytest.fixture(scope="module", params=SERIES.written, ids=lambda place: place.number)
def executed(request: pytest.FixtureRequest) -> Executed:
    return execute(request.param.post)


def test_a_post_of_ours_runs_with_every_claim_and_shows_figures(executed: Executed) -> None:
    assert executed.shortcomings() == []


def test_a_post_of_ours_takes_no_longer_than_a_reader_waits(executed: Executed) -> None:
    assert executed.seconds < WITHIN_S * slowness()


def test_a_post_of_ours_makes_a_page_that_refers_to_nothing_that_is_not_there(executed: Executed) -> None:
    page = Page(executed.post, SERIES)
    body = page.body(executed)
    assert page.problems == []
    found = Anchors()
    found.feed(body)
    missing = [link for link in found.links if link.startswith("#") and link[1:] not in found.names]
    files = {f"{place.number}.html" for place in SERIES.written} | {"glossary.html", ""}
    assert missing == []
    assert {link.partition("#")[0] for link in found.links if not link.startswith("http")} <= files
    assert not re.search(
        r":::|\{code-cell\}|^\([\w-]+\)=", re.sub(r"<pre.*?</pre>|<script.*?</script>", "", body, flags=re.S)
    )


def test_a_post_of_ours_leaves_no_myst_in_markdown(executed: Executed) -> None:
    files = markdown_files(executed, SERIES)
    text = files[f"{executed.post.number}.md"].decode()
    prose = re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert not re.search(r":::|\{code-cell\}|^\([\w-]+\)=$|<div|<span|<table", prose, re.MULTILINE)
    assert set(re.findall(r"!\[[^\n]*?\]\(([^)]+)\)", prose)) == {name for name in files if not name.endswith(".md")}


@pytest.mark.parametrize("place", SERIES.written, ids=lambda place: place.number)
def test_a_post_of_ours_has_the_headings_of_the_series_in_their_order(place: Place) -> None:
    found = re.findall(r"^## (.+?)\s*$", "\n".join(c.source for c in place.post.cells if not c.runs), re.MULTILINE)
    assert tuple(found) == SERIES.structure
    assert terminal_text(place.post).startswith(f"# {place.number} ")


def test_all_posts_of_the_outline_are_there_or_planned() -> None:
    assert [len(module.places) for module in SERIES.modules] == [6, 7, 9]
    assert all(place.title and place.title != place.number for place in SERIES.places)


def test_a_folder_of_ours_that_no_module_names_is_a_mistake() -> None:
    assert {path.parent for path in OURS.glob("*/post.md")} == {place.folder for place in SERIES.written}


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.1", "1.1"), ("1.1-straight", "1.1"), ("1.1.html", "1.1"), ("a/1.1-straight/post.md", "1.1")],
)
def test_a_post_is_found_by_any_of_its_names(text: str, number: str) -> None:
    assert SAMPLE.place(text).number == number


def test_an_unknown_post_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UserMistake, match=r'post is "?\'1\.11\'.*Did you mean "1\.1"\?'):
        SAMPLE.place("1.11")
    with pytest.raises(UserMistake, match='Did you mean "1.2"'):
        SAMPLE.place("curved one")


def test_a_planned_post_has_its_title_and_cannot_be_read() -> None:
    place = SAMPLE.place("1.2")
    assert place.planned
    assert place.title == "Curved Ones"
    with pytest.raises(UserMistake, match="Curved Ones is planned"):
        _ = place.post


def test_after_a_post_comes_the_next_one() -> None:
    after = SAMPLE.after("1.1")
    assert after is not None
    assert after.number == "1.2"
    assert SAMPLE.after("1.2") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [("title = ", "a TOML file"), ("words = 3", r"words = \[from, to\]"), ("modules = 3", "modules")],
)
def test_a_series_that_says_something_else_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "series.toml").write_text(content)
    with pytest.raises(UserMistake, match=said):
        open_series(tmp_path)
    with pytest.raises(UserMistake, match=r"a folder with a series\.toml"):
        open_series(tmp_path / "none")


class Anchors(HTMLParser):
    """Where a page leads to, and what in it can be led to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.links += [said["href"] or ""] if tag == "a" and "href" in said else []
        self.names += [said["id"] or ""] if "id" in said else []


def slowness() -> float:
    """How much longer anything takes here now than on two idle cores: others may share them."""
    import os

    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)) if hasattr(os, "getloadavg") else 1.0
