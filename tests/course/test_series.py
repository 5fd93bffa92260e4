"""Every post that is there runs from its source, with every claim, and leaves the house whole."""

from __future__ import annotations

import re
import resource
from html.parser import HTMLParser
from pathlib import Path

import pytest

from loopscope.course.executing import Executed, execute
from loopscope.course.page import Page
from loopscope.course.plain import markdown_files
from loopscope.course.post import parse_post
from loopscope.course.reading import terminal_text
from loopscope.course.series import OURS, Place, Series, open_series
from loopscope.errors import UserMistake

SERIES = open_series()
SAMPLE = open_series(Path(__file__).parent / "sample-series")
WITHIN_S = 30.0
LEFT_OVER = re.compile(r":::|\{code-cell\}|^\([\w-]+\)=", re.MULTILINE)


@pytest.mark.parametrize("place", SERIES.written, ids=lambda place: place.number)
def test_a_post_of_ours_runs_from_its_source_and_leaves_the_house_whole(place: Place) -> None:
    before = processor_s()
    executed = execute(place.post)
    used = processor_s() - before
    holds(executed, SERIES)
    assert 0 < used < WITHIN_S  # of its kernel; on idle cores the clock shows as much


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("< 1e-3", "< -1", "does not hold"),
        ("axes.plot(", "plt.close(); (", "shows none"),
        ("#the-code", "#the-cod", "#the-cod"),
        ("{exercise} slope", "{exercise} slop", "slop"),
        ("1.1#why-zero", "other.html", "other.html"),
        ("A **margin**", "(left-over)=\n    :::{margin}", ":::"),
    ],
)
def test_what_does_not_hold_is_found(was: str, becomes: str, said: str) -> None:
    path = SAMPLE.place("1.1").path
    text = path.read_text(encoding="utf-8")
    assert was in text
    with pytest.raises(AssertionError, match=re.escape(said)):
        holds(execute(parse_post(text.replace(was, becomes), path)), SAMPLE)


def test_what_holds_is_let_through() -> None:
    holds(execute(SAMPLE.place("1.1").post), SAMPLE)


def holds(executed: Executed, series: Series) -> None:
    """A post has run with every claim, refers to nothing that is not there, and has no MyST left anywhere."""
    assert executed.shortcomings() == [], executed.shortcomings()
    page = Page(executed.post, series)
    body = page.body(executed)
    assert page.problems == []
    found = Anchors()
    found.feed(body)
    files = {f"{place.number}.html" for place in series.written} | {"glossary.html", ""}
    assert [link for link in found.links if link.startswith("#") and link[1:] not in found.names] == []
    assert {link.partition("#")[0] for link in found.links if not link.startswith("http")} - files == set()
    assert not LEFT_OVER.search(re.sub(r"<pre.*?</pre>|<script.*?</script>", "", body, flags=re.DOTALL))
    made = markdown_files(executed, series)
    prose = re.sub(r"^(`{3,}).*?^\1$", "", made[f"{executed.post.number}.md"].decode(), flags=re.MULTILINE | re.DOTALL)
    assert not LEFT_OVER.search(prose)
    assert not re.search(r"<div|<span|<table", prose)
    assert set(re.findall(r"!\[[^\n]*?\]\(([^)]+)\)", prose)) == {name for name in made if not name.endswith(".md")}


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


def processor_s() -> float:
    """Processor time of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
