"""A post is read with the lines of its cells, and what cannot be understood is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopscope.course.post import Post, parse_post, read_post
from loopscope.errors import UserMistake

SAMPLE = Path(__file__).parent / "sample-series" / "1.1-straight"
HEAD = '---\nnumber: "9.9"\ntitle: A test\n---\n'


def cell(metadata: str) -> Post:
    return parse_post(f"{HEAD}\n```{{code-cell}} python\n---\n{metadata}\n---\n1\n```\n", Path("post.md"))


def test_cells_have_kinds_numbers_and_the_lines_they_stand_in() -> None:
    post = read_post(SAMPLE)
    lines = post.path.read_text().split("\n")
    assert [each.kind for each in post.code] == ["setup", "code", "figure", "claim"]
    assert [each.number for each in post.code] == [1, 2, 3, 4]
    for each in post.cells:
        assert lines[each.line - 1] == each.source.split("\n")[0]
    assert (post.number, post.title, post.answers) == ("1.1", "A Straight Line <by hand>", (7,))
    assert post.cell(4).says == "2000 steps find the slope to three decimals."
    assert post.cell(3).change == "The step size."


def test_lines_of_equal_cells_are_told_apart() -> None:
    text = HEAD + "```{code-cell} python\n1\n```\n\nWords.\n\n```{code-cell} python\n1\n```\n"
    assert [each.line for each in parse_post(text, Path("post.md")).code] == [6, 12]


def test_windows_ends_of_lines_and_a_mark_of_bytes_do_no_harm() -> None:
    text = (SAMPLE / "post.md").read_text()
    assert parse_post("\ufeff" + text.replace("\n", "\r\n"), SAMPLE / "post.md") == read_post(SAMPLE)


def test_words_are_those_of_prose_and_captions() -> None:
    text = HEAD + "Two words, $x + y$ and `three`.\n\n```python\nnot these\n```\n"
    assert parse_post(text, Path("post.md")).words == 4
    assert read_post(SAMPLE).minutes == 1


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ("tags: [figur]", r'line 10: tags is .figur.*Did you mean "figure"\?'),
        ("tags: [figure, claim]", "one of figure, claim, table, setup"),
        ("caption: a: b", "metadata in YAML.*line 6.*Quote what has a colon"),
    ],
)
def test_metadata_that_cannot_be_understood_is_refused(metadata: str, said: str) -> None:
    with pytest.raises(UserMistake, match=said):
        cell(metadata)


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("", "It lacks its number"),
        ('---\nnumber: "1.1"\n---\n', "It lacks its title"),
        ("---\nnumber: 2.10\ntitle: x\n---\n", "number is 2.1; allowed text. Put it in quotes"),
        ('---\nnumber: "2.1"\ntitle: No\n---\n', "put it in quotes"),
        ('---\nnumber: "2.1"\ntitle: a\nanswers: many\n---\n', "numbers of questions"),
        ('---\nnumber: "2.1"\ntitle: a: b\n---\n', "Quote what has a colon"),
    ],
)
def test_front_matter_that_says_too_little_is_refused(front: str, said: str) -> None:
    with pytest.raises(UserMistake, match=said):
        parse_post(front + "Words.\n", Path("post.md"))


def test_what_is_no_post_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match=r"a post\.md, or the folder"):
        read_post(tmp_path / "none.md")
    (tmp_path / "post.md").write_bytes(b"\xff\xfe")
    with pytest.raises(UserMistake, match="UTF-8"):
        read_post(tmp_path)
