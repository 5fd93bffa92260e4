"""What is found is linked where the page has it, and said without the signs of its markup."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopscope.course.findable import documents_of, index_of
from loopscope.course.search import Document
from loopscope.course.series import open_series

SERIES = """
title = "Two posts"
structure = ["The code", "Questions readers ask"]
[[modules]]
number = "1"
title = "All"
posts = ["1.1-one", "1.2-not-yet"]
planned = { "1.2" = "Not yet" }
"""
POST = """---
number: "1.1"
title: "The first"
summary: What a weight is.
---
It begins with $W_1 x$.

## The code

Some words about code.

```{code-cell} python
---
tags: [claim]
says: "a claim is found by its words"
---
secret = 1
```

## Questions readers ask

% asked: how come
% asked: for what reason
(why-so)=
### Why is it `so`?

Because *it is*.
"""


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Document]:
    (tmp_path / "series.toml").write_text(SERIES)
    (tmp_path / "glossary.md").write_text("## multilayer perceptron (MLP)\n\nLayers **one** after another.\n")
    (tmp_path / "1.1-one").mkdir()
    (tmp_path / "1.1-one" / "post.md").write_text(POST)
    return {each.href: each for each in documents_of(open_series(tmp_path))}


def test_posts_sections_questions_and_terms_under_the_pages_anchors(found: dict[str, Document]) -> None:
    kinds = {href: each.kind for href, each in found.items()}
    assert kinds == {
        "1.1.html": "post",
        "1.1.html#the-code": "section",
        "1.1.html#why-so": "question",
        "glossary.html#multilayer-perceptron": "term",
    }


def test_texts_are_read_without_markup_code_and_metadata(found: dict[str, Document]) -> None:
    assert found["1.1.html"].text == "What a weight is. It begins with W₁ x ."
    assert found["1.1.html#the-code"].text == "Some words about code. a claim is found by its words"
    assert found["1.1.html#why-so"].title == "Why is it so?"
    assert found["1.1.html#why-so"].text == "Because it is."
    assert found["1.1.html#why-so"].asked == "why so how come for what reason"
    assert found["glossary.html#multilayer-perceptron"].text == "Layers one after another."


def test_our_own_series_is_all_found() -> None:
    series = open_series()
    pages = {found.href.partition("#")[0] for place in series.written for found in index_of(series).search(place.title)}
    assert {f"{place.number}.html" for place in series.written} <= pages
