"""Find a post, section, question or term by a person's words. Knows texts and their links, not where they come from.

The ranking is SQLite's BM25 over stemmed words (Robertson and Zaragoza, 2009, k1 = 1.2, b = 0.75): a word counts the
more, the fewer texts have it.
"""

from __future__ import annotations

import difflib
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["post", "section", "question", "term"]

WEIGHT: dict[Kind, float] = {"question": 1.5, "term": 1.25, "post": 1.0, "section": 0.9}
"""Of two that fit alike, an answer comes before a definition, and what a text is about before a part of it."""
TITLE, ASKED, TEXT = 4.0, 3.0, 1.0
"""How much a word counts in a title, in other ways to say it, in the text."""
MOST_WORDS = 32
ASKING = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at be but by can do does for from has have how i if in is it its me my no
        not of on one or so than that the their them then there they this to was we what when where
        which who why will with would you your""",
    )
)
"""Words with which anything is asked: they decide nothing, unless there are no others."""
MEANING = re.compile(r"what (?:does|do|did) (.+) mean\W*", re.IGNORECASE)
ALIKE = 0.75
"""Ratio of matching letters from which a word that no text has is taken for a misspelt one that some have."""


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found. `asked` holds other ways to say its title, such as further forms of a term."""

    kind: Kind
    title: str
    text: str
    href: str
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A document that fits, with the part of its text that does; the higher the score, the better."""

    kind: Kind
    title: str
    text: str
    href: str
    score: float


def words_of(text: str) -> list[str]:
    """In lower case."""
    return re.findall(r"\w+", text.lower())


def meant(query: str) -> list[str]:
    """The words that decide."""
    asked = MEANING.fullmatch(query.strip())
    words = words_of(asked[1] if asked else query)
    return [word for word in words if word not in ASKING] or words


class Index:
    """All documents of a series, in memory."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents: Sequence[Document] = list(documents)
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute("CREATE VIRTUAL TABLE texts USING fts5(title, asked, text, tokenize='porter unicode61')")
        rows = [(number, each.title, each.asked, each.text) for number, each in enumerate(self._documents)]
        self._database.executemany("INSERT INTO texts(rowid, title, asked, text) VALUES (?, ?, ?, ?)", rows)
        self._words = sorted(
            {word for each in self._documents for word in words_of(f"{each.title} {each.asked} {each.text}")}
        )

    def search(self, query: str, most: int = 10) -> list[Found]:
        """The best `most`, the best first; none where no word of the query is anywhere, however spelt."""
        words = self._known(meant(query)[:MOST_WORDS])
        if not words:
            return []
        rows = self._database.execute(
            "SELECT rowid, -bm25(texts, ?, ?, ?), snippet(texts, 2, '', '', ' … ', 30) FROM texts WHERE texts MATCH ?",
            (TITLE, ASKED, TEXT, " OR ".join(words)),
        )
        found = [self._found(*row) for row in rows]
        return sorted(found, key=lambda each: (-each.score, each.href))[:most]

    def _found(self, number: int, score: float, part: str) -> Found:
        document = self._documents[number]
        weighed = score * WEIGHT[document.kind]
        return Found(document.kind, document.title, " ".join(part.split()), document.href, weighed)

    def _known(self, words: Sequence[str]) -> list[str]:
        """As FTS5 reads them: quoted, the last one also as a beginning, unknown ones put right where that can be."""
        terms: list[str] = []
        for place, word in enumerate(words):
            beginning = place == len(words) - 1 and len(word) > 2
            if self._has(word, beginning):
                terms.append(f'"{word}"{"*" if beginning else ""}')
            elif len(word) > 3:
                terms += [f'"{each}"' for each in difflib.get_close_matches(word, self._words, 1, ALIKE)]
        return terms

    def _has(self, word: str, beginning: bool) -> bool:
        match = f'"{word}"{"*" if beginning else ""}'
        return (
            self._database.execute("SELECT 1 FROM texts WHERE texts MATCH ? LIMIT 1", (match,)).fetchone() is not None
        )
