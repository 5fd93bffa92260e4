"""A course of one post that is there at once, for tests of what the server does with one. Executes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from loopscope.server.shelf import Download, ModuleFacts, News, Page, PostFacts

CODES = {0: "import math\nwidth = 8", 1: "print(width * 2)", 2: "1 / 0"}
BODY = """<article class="post" data-post="2.1"><h1>2.1 Why?</h1>
<p>An <a class="term" href="glossary.html#activation">activation</a> bends <span class="math">\\(W x\\)</span>.</p>
<aside class="margin"><p>Rows are examples.</p></aside>
<ls-cell data-cell="1"><pre><code class="language-python">print(width * 2)</code></pre>
<div class="output waiting"></div></ls-cell>
<ls-exercise data-exercise="double"><p>Double it.</p><pre><code>def double(x): ...</code></pre></ls-exercise>
<h2 id="next">Next</h2><p>2.2</p></article>"""


class FakeShelf:
    """A `Shelf`."""

    title = "A course for tests"

    def __init__(self, fails: bool = False) -> None:
        self.begun: list[str] = []
        self.fails = fails
        self.closed = False

    def modules(self) -> Sequence[ModuleFacts]:
        there = PostFacts("2.1", "Why?", "Say why.", minutes=9, exercises=[("double", "Double")])
        return [ModuleFacts("2", "Networks", [there, PostFacts("2.2", "Chains", planned=True)])]

    def page(self, number: str) -> Page | None:
        return Page("2.1 Why? <now>", BODY) if number == "2.1" else None

    def glossary(self) -> Page | None:
        return Page("Glossary", '<article class="post"><h2 id="activation">activation</h2><p>It bends.</p></article>')

    def begin(self, number: str) -> None:
        self.begun.append(number)

    def news(self, number: str) -> AsyncIterator[News] | None:
        return self._news() if number == "2.1" else None

    async def _news(self) -> AsyncIterator[News]:
        yield News("cell", {"cell": 1, "html": "<pre>16</pre>"})
        yield News("failed", {"cell": 2, "problem": "1 / 0"}) if self.fails else News("done", {})

    def before(self, post: str, cell: int, code: str) -> Sequence[tuple[int, str]] | None:
        return [(number, code) for number, code in CODES.items() if number < cell] if post == "2.1" else None

    def search(self, query: str) -> Sequence[Mapping[str, Any]]:
        hit = {"kind": "term", "title": "activation", "text": "It bends.", "href": "glossary.html#activation"}
        return [{**hit, "score": 1.0}] if query in "activation" else []

    async def export(self, number: str, to: str) -> Download | None:
        return Download(f"{number}.md", "text/markdown", b"# 2.1 Why?\n") if to == "markdown" else None

    async def close(self) -> None:
        self.closed = True
