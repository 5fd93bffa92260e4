"""A post is laid out in its series' own structure, its place in series.toml found, and all else there left alone."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path

import pytest

from loopscope.course.desk.begin import begin
from loopscope.course.desk.reading import remarks
from loopscope.course.desk.series_file import with_post
from loopscope.course.exercises import Judge, find
from loopscope.course.exercises.dev_check import checked
from loopscope.course.post import read_post
from loopscope.course.series import open_series
from loopscope.errors import UserMistake

TOML = """# Mine.
title = "Own"  # a title
structure = ["The story", "Do it"]

[[modules]]  # the first
number = "1"
title = "One"
posts = ["1.1-a", '1.3-c']

# About the second.
[[modules]]
number = "2"
title = "Two [of them]"
posts = [
    "2.1-a",  # begun in May ]
    "2.2-b"
]
planned = { "2.2" = "B" }

[[modules]]
number = "4"
title = "Four"
posts = []
"""


def write(said: str, series: Path) -> Path:
    laid = begin(said, series)
    for name, content in laid.files.items():
        (laid.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (laid.folder / name).write_bytes(content)
    for name, text in laid.series_files.items():
        (series / name).write_text(text)
    return laid.folder


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [
        ("1.2", "[\"1.1-a\", '1.3-c']", '["1.1-a", "1.2-x", \'1.3-c\']'),
        ("1.0", '["1.1-a"', '["1.0-x", "1.1-a"'),
        ("1.10", "'1.3-c']", "'1.3-c', \"1.10-x\"]"),
        ("2.3", '    "2.2-b"\n', '    "2.2-b",\n    "2.3-x"\n'),
        ("4.1", "posts = []", 'posts = ["4.1-x"]'),
        (
            "3.1",
            '[[modules]]\nnumber = "4"',
            '[[modules]]\nnumber = "3"\ntitle = "M"\nposts = [\n  "3.1-x",\n]\n\n[[modules]]\nnumber = "4"',
        ),
    ],
)
def test_a_post_is_added_where_its_number_belongs_and_nothing_else_changes(
    number: str, before: str, after: str
) -> None:
    assert before in TOML
    assert with_post(TOML, number, f"{number}-x", "M") == TOML.replace(before, after)


def test_a_comment_stays_behind_the_post_it_stands_behind() -> None:
    text = TOML.replace('"2.2-b"', '"2.5-b"')
    made = with_post(text, "2.3", "2.3-x")
    assert '    "2.1-a",  # begun in May ]\n    "2.3-x",\n    "2.5-b"\n' in made


def test_a_text_that_cannot_be_added_to_safely_is_left_to_its_author() -> None:
    with pytest.raises(UserMistake, match='Add "1.2-x" to the posts of module 1 by hand'):
        with_post('modules = [{ number = "1", posts = ["1.1-a"] }]', "1.2", "1.2-x")


def test_an_empty_folder_begins_a_series_whose_post_lacks_only_its_words(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    folder = write('1.1 First: "Steps"', tmp_path / "mine")
    series = open_series(tmp_path / "mine")
    assert series.structure == open_series().structure and series.place("1.1").title == 'First: "Steps"'
    assert series.glossary.terms
    found = remarks(read_post(folder / "post.md"), series)
    assert {each.rule for each in found} == {"front matter", "length", "structure"}
    assert all("nothing stands under" in each.says for each in found if each.rule == "structure")


def test_a_structure_of_its_own_gets_code_figure_claim_and_exercise_too(tmp_path: Path) -> None:
    (tmp_path / "series.toml").write_text(TOML)
    post = read_post(write("1.2 X", tmp_path) / "post.md")
    assert [cell.kind for cell in post.code] == ["code", "figure", "claim"]
    said = post.path.read_text()
    assert said.index("## The story") < said.index("## Do it") < said.index(":::{exercise} loop")
    assert tomllib.loads((tmp_path / "series.toml").read_text())["modules"][0]["posts"] == ["1.1-a", "1.2-x", "1.3-c"]


def test_the_exercise_that_is_laid_out_passes_dev_check(tmp_path: Path) -> None:
    (tmp_path / "series.toml").write_text(TOML)
    write("1.2 X", tmp_path)
    (exercise,) = find(tmp_path)

    async def flaws() -> object:
        async with Judge() as judge:
            return (await checked(exercise, judge)).flaws

    assert asyncio.run(flaws()) == ()


def test_a_planned_post_keeps_its_folder_and_the_exercises_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "series.toml").write_text(TOML)
    (tmp_path / "2.2-b" / "exercises" / "mine").mkdir(parents=True)
    (tmp_path / "2.2-b" / "exercises" / "mine" / "task.py").write_text('"""Do it"""\n')
    laid = begin("2.2 B it is", tmp_path)
    assert laid.folder == tmp_path / "2.2-b" and laid.series_files == {} and list(laid.files) == ["post.md"]
    assert b":::{exercise} mine" in laid.files["post.md"]


def test_what_cannot_be_begun_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match='post new "2.8 A New Topic"'):
        begin("A New Topic", tmp_path)
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UserMistake, match="or one that is empty"):
        begin("1.1 X", tmp_path)
    (tmp_path / "series.toml").write_text(TOML)
    write("1.2 X", tmp_path)
    with pytest.raises(UserMistake, match="'X' has it; 1.4 is the next"):
        begin("1.2 Y", tmp_path)
