"""What can be found in a series: posts, their sections, readers' questions, terms. Reads texts, and ranks nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from .formulas import readable
from .glossary import Glossary
from .markup import Links, plain_words, rendered
from .post import Post
from .search import Document, Index
from .series import Series

QUESTIONS = "Questions readers ask"
"""The heading of a post under which each further one is a question."""
ASKED = re.compile(r"^((?:%[ \t]*asked:[^\n]*\n)+)\(([\w-]+)\)=", re.MULTILINE)
"""Other ways to ask it, in comments above a question's target."""


def index_of(series: Series) -> Index:
    """All that is written by now."""
    return Index(documents_of(series))


def documents_of(series: Series) -> Iterator[Document]:
    """A document for each post, section, question and term. Raises `UserMistake` where one cannot be read."""
    for place in series.written:
        yield from _of_post(place.post)
    yield from _of_terms(series.glossary)


def _of_post(post: Post) -> Iterator[Document]:
    page = f"{post.number}.html"
    parts, others = _parts(post), _asked(post)
    yield Document("post", f"{post.number} {post.title}", f"{post.summary} {parts[0].text}", page)
    above = ""
    for part in parts[1:]:
        above = part.title if part.level == 2 else above
        if not part.text:  # a heading over others
            continue
        href, asked = f"{page}#{part.anchor}", f"{part.anchor.replace('-', ' ')} {others.get(part.anchor, '')}".strip()
        if part.level == 3 and above == QUESTIONS:
            yield Document("question", part.title, part.text, href, asked)
        else:  # every post has "The mathematics"
            yield Document("section", f"{post.number} · {part.title}", part.text, href, asked)


def _of_terms(glossary: Glossary) -> Iterator[Document]:
    for term in glossary.terms:
        forms = " ".join(term.forms)
        yield Document("term", term.name, plain_words(term.definition), f"glossary.html#{term.slug}", forms)


def _asked(post: Post) -> dict[str, str]:
    """By anchor, what its comments say."""
    found = (match for cell in post.cells if not cell.runs for match in ASKED.finditer(cell.source))
    return {match[2]: " ".join(re.sub(r"%[ \t]*asked:", " ", match[1]).split()) for match in found}


@dataclass
class _Part:
    """A heading and what stands under it, before the next one."""

    level: int
    anchor: str
    title: str = ""
    said: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        return " ".join("".join(self.said).split())


def _parts(post: Post) -> list[_Part]:
    """The beginning, and a part for each heading, under the anchor that the page gives it."""
    links, reader = Links(), _Reader()
    for cell in post.cells:
        if not cell.runs:
            reader.feed(rendered(cell.source, links))
        reader.parts[-1].said.append(f" {cell.caption} {cell.change} {cell.says} ")
    reader.close()
    return reader.parts


class _Reader(HTMLParser):
    """Cuts a page into its parts; a formula is read as one would read it aloud, code is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = [_Part(1, "")]
        self._heading = self._code = False
        self._formula = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag in ("h2", "h3") and about.get("id"):
            self.parts.append(_Part(int(tag[1]), str(about["id"])))
            self._heading = True
        self._code = self._code or tag == "pre"
        if about.get("class") == "math":
            self._formula += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("h2", "h3"):
            self._heading = False
        self._code = self._code and tag != "pre"
        if self._formula and tag in ("span", "div"):
            self._formula -= 1

    def handle_data(self, data: str) -> None:
        said = readable(data.strip().strip("\\()[]")) if self._formula else data
        if self._heading:
            self.parts[-1].title += said
        elif not self._code:
            self.parts[-1].said.append(f" {said} " if self._formula else said)
