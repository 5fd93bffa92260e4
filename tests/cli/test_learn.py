"""`loopscope learn`: lists, reads in a terminal, finds."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Typed

SAMPLE = str(Path(__file__).parents[1] / "course" / "sample-series")


def test_posts_are_listed_with_what_was_read(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "reading.json").write_text('{"1.1": ["opened", "read"]}')
    said = typed("learn", "--series", SAMPLE, "--home", str(tmp_path))
    assert "A Straight Line <by hand>" in said.out
    assert "read" in said.out
    assert "Curved Ones  " in said.out
    assert "planned" in said.out
    listed = json.loads(typed("learn", "--series", SAMPLE, "--home", str(tmp_path), "--json").out)
    assert [(post["number"], post["read"], post["planned"]) for post in listed["posts"]] == [
        ("1.1", True, False),
        ("1.2", False, True),
    ]


def test_nobody_has_read_anything_where_the_notes_are_damaged(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "reading.json").write_text("[")
    said = typed("learn", "--series", SAMPLE, "--home", str(tmp_path), "--json")
    assert not any(post["opened"] for post in json.loads(said.out)["posts"])


def test_a_post_is_read_in_the_terminal_with_formulas_in_plain_signs(typed: Typed) -> None:
    said = typed("learn", "1.1", "--series", SAMPLE).out
    assert "ŷ = w x + b" in said
    assert "w ← w - η ∂L/∂w" in said
    assert ":::" not in said
    assert "$\\" not in said
    assert "loopscope post export 1.1 --to notebook" in said


def test_an_unknown_post_is_a_mistake(typed: Typed) -> None:
    said = typed("learn", "1.7", "--series", SAMPLE)
    assert said.code == 2
    assert "post is '1.7'" in said.err


def test_a_question_is_found(typed: Typed) -> None:
    said = typed("learn", "--series", SAMPLE, "--search", "why None", "--json")
    assert json.loads(said.out)["results"][0]["href"] == "1.1.html#why-zero"
    assert "Nothing in 'A sample'" in typed("learn", "--series", SAMPLE, "--search", "zzzzqqq").out
