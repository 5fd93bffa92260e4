"""A post is read as an editor would: each rule finds the post that breaks it, and names its line; ours break none."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopscope.course.desk.begin import begin
from loopscope.course.desk.reading import read_as_editor, remarks_of_run
from loopscope.course.desk.remark import RULES
from loopscope.course.executing import execute
from loopscope.course.series import Place, open_series

SERIES = """title = "Another one"
structure = ["The story", "Do it", "Questions readers ask"]
words = [20, 60]

[[modules]]
number = "7"
title = "Own"
posts = ["7.1-own", "7.2-later"]
"""
POST = """---
number: "7.1"
title: "Own"
summary: What the reader can do.
---

## The story

Here $w$ is the slope and the *loss* says how wrong it is: $L = w^2$, where $L$ is the loss.

## Do it

```{code-cell} python
w = 3
```

```{code-cell} python
---
tags: [figure]
caption: "See that it falls."
---
import loopscope
loopscope.scope(w, change=["model.hidden"]) if False else w
```

```{code-cell} python
---
tags: [claim]
says: "three is three"
---
assert w == 3
```

:::{exercise} loop
Write it.
:::

## Questions readers ask

(why)=
### Why so?

See [above](#do-it), [later](7.2) and [why](7.1#why).
"""
CHANGE = ('caption: "See that it falls."', 'caption: "See that it falls."\nchange: "The width."')
CLEAN = POST.replace(*CHANGE)


@pytest.fixture
def post(tmp_path: Path) -> Path:
    """A post of another author's series, with which there is nothing wrong."""
    series = tmp_path / "own"
    (series / "7.1-own").mkdir(parents=True)
    (series / "series.toml").write_text(SERIES)
    (series / "glossary.md").write_text("# Glossary\n\n## loss\nHow wrong it is.\n")
    laid = begin("7.3 x", series)
    for name, content in laid.files.items():
        if name.startswith("exercises/"):
            path = series / "7.1-own" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    (series / "7.1-own" / "post.md").write_text(CLEAN)
    return series / "7.1-own" / "post.md"


BREAKS = [
    ("front matter", "summary: What the reader can do.\n", "", "summary", "---"),
    ("front matter", "summary: What", "sumary: x\nsummary: What", "did you mean 'summary'", "sumary"),
    ("front matter", 'number: "7.1"', 'number: "7.4"', "begin with the number", "number:"),
    ("structure", "## The story", "## The tale", "lacks its heading “The story”", "## Do it"),
    ("structure", "## The story", "### The tale\n", "lacks", "## Do it"),
    ("structure", "## Do it", "## Do itt", "did you mean “Do it”", "## Do itt"),
    ("structure", "## Do it", "# Do it", "first-level", "# Do it"),
    ("structure", "(why)=\n", "", "no target", "### Why so?"),
    ("structure", "See [above](#do-it), [later](7.2) and [why](7.1#why).", "", "nothing stands under", "### Why so?"),
    ("length", "See that it falls", "See " + "word " * 60, "words", "---"),
    ("symbol", "Here $w$ is the slope and the", "The", "w is used", "$L = w"),
    ("symbol", ", where $L$ is the loss", "", "L is used", "$L = w"),
    ("symbol", "$L = w^2$", r"$L = w^2 + \hat w_{12}$", "ŵ₁₂ is used", "$L = w"),
    ("term", "*loss*", "*quirk*", "'quirk' has no entry", "*quirk*"),
    ("term", "how wrong", "by weight decay how wrong", "'weight decay'", "weight decay"),
    ("claim", "assert w == 3", "w == 3", "asserts nothing", "w == 3"),
    ("claim", "assert w == 3", "assert True", "asserts nothing", "assert True"),
    ("claim", 'says: "three is three"\n', "", "does not say", "assert"),
    ("figure", "See that it falls.", "It falls.", "what to see", "import loopscope"),
    ("figure", CHANGE[1], CHANGE[0], "what to change", "import loopscope"),
    ("figure", 'caption: "See that it falls."\n', "", "has no caption", "import loopscope"),
    ("figure", "tags: [figure]", "tags: [table]", "no cell is tagged figure", "---"),
    ("link", "#do-it", "#do-iit", "did you mean #do-it?", "See [above]"),
    ("link", "(7.2)", "(7.9)", "there is no post 7.9", "See [above]"),
    ("link", "7.1#why", "7.1#whither", "no anchor #whither", "See [above]"),
    ("link", "(7.2)", "(notes.txt)", "no file 'notes.txt'", "See [above]"),
    ("code", "w = 3\n", "w = 3\n" + "w += 0\n" * 40, "41 lines", "w = 3"),
    ("code", "w = 3\n", "w = 3\nw = = 3\n", "invalid syntax", "w = = 3"),
]


@pytest.mark.parametrize(("rule", "old", "new", "says", "at"), BREAKS)
def test_each_rule_finds_what_breaks_it_and_where(
    rule: str, old: str, new: str, says: str, at: str, post: Path
) -> None:
    assert read_as_editor(post)[2] == []
    assert old in CLEAN
    text = CLEAN.replace(old, new)
    post.write_text(text)
    found = [each for each in read_as_editor(post)[2] if each.rule == rule and says in each.says]
    assert found, read_as_editor(post)[2]
    assert at in text.splitlines()[found[0].line - 1]


def test_a_heading_out_of_order_and_one_that_stands_twice(post: Path) -> None:
    post.write_text(CLEAN.replace("## The story", "## Do it").replace("## Do it\n\n```", "## The story\n\n```"))
    assert "belongs before it" in " ".join(each.says for each in read_as_editor(post)[2])
    post.write_text(CLEAN + "\n## Do it\n\nAgain.\n")
    assert "for the second time" in " ".join(each.says for each in read_as_editor(post)[2])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("hints.md", "needs the headings"),
        ("solution.py", "is missing"),
        ("solutions/by_hand.py", "two differently written"),
        ("check.py", "is missing"),
    ],
)
def test_an_exercise_that_lacks_something(name: str, says: str, post: Path) -> None:
    (post.parent / "exercises" / "loop" / name).unlink()
    (found,) = read_as_editor(post)[2]
    assert found.rule == "exercise" and says in found.says
    assert post.read_text().splitlines()[found.line - 1] == ":::{exercise} loop"


def test_an_exercise_that_is_not_there_or_not_in_the_text(post: Path) -> None:
    post.write_text(CLEAN.replace("{exercise} loop", "{exercise} loup"))
    said = {each.rule: each.says for each in read_as_editor(post)[2]}
    assert "did you mean 'loop'" in said["link"] and "is not in the text" in said["exercise"]


def test_what_does_not_run_is_said_with_its_line(post: Path) -> None:
    post.write_text(CLEAN.replace("assert w == 3", "v = 1\nassert w == 4, w"))
    read = read_as_editor(post)[0]
    (found,) = remarks_of_run(execute(read))
    assert found.rule == "run" and "does not hold" in found.says and "AssertionError: 3" in found.says
    assert post.read_text().splitlines()[found.line - 1] == "assert w == 4, w"


def test_a_post_that_no_series_has_is_told_where_to_add_it(post: Path) -> None:
    (post.parents[1] / "series.toml").write_text(SERIES.replace('"7.1-own", ', ""))
    assert any("'7.1-own' to the posts" in each.says for each in read_as_editor(post)[2])


def test_each_rule_has_a_post_that_breaks_it() -> None:
    assert {rule for rule, *_ in BREAKS} | {"exercise", "run"} == set(RULES)


@pytest.mark.parametrize(
    "place", [place for place in open_series().written if place.number == "2.1"], ids=lambda p: p.number
)
def test_ours_break_no_rule(place: Place) -> None:
    assert read_as_editor(place.path)[2] == []
