"""Terms and where they are used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loopscope.course.glossary import Glossary, parse_glossary, read_glossary
from loopscope.course.markup import tokens
from loopscope.course.series import OURS
from loopscope.errors import UserMistake

GLOSSARY = parse_glossary(
    "# All\n\n## multilayer perceptron (MLP)\nA.\n\n## layer\nB.\n\n## hidden layer | inner layer\nC.\n\n"
    "## entropy\nD.\n\n## Adam\nE.\n\n## loss\nF.\n"
)
OUR_OWN = read_glossary(OURS / "glossary.md")


def test_a_heading_may_name_a_short_form_and_others() -> None:
    assert {term.name: term.forms for term in GLOSSARY.terms}["hidden layer"] == ("hidden layer", "inner layer")
    term = GLOSSARY.find("mlps")
    assert term is not None
    assert (term.name, term.slug, term.line, term.definition) == (
        "multilayer perceptron",
        "multilayer-perceptron",
        3,
        "A.",
    )
    assert GLOSSARY.find("nothing") is None


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("Hidden layers and a layer.", ["hidden layer", "layer"]),
        ("a hidden\nlayer", ["hidden layer"]),
        ("MLPs, not mlp", ["multilayer perceptron"]),
        ("Adam, not adam nor Adamant", ["Adam"]),
        ("two entropies, one Entropy", ["entropy", "entropy"]),
        ("losses; lossless; loss-free; glossy", ["loss"]),
        ("players", []),
    ],
)
def test_terms_are_found_in_any_number_and_as_whole_words(text: str, used: list[str]) -> None:
    assert [use.term.name for use in GLOSSARY.uses(text)] == used


def test_a_use_says_where_it_is() -> None:
    text = "Some Layers."
    assert [text[use.start : use.end] for use in GLOSSARY.uses(text)] == ["Layers"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("## a\nx\n\n## b | A\ny\n", "See lines 1 and 4"), ("## a\n\n## b\ny\n", "Line 1 has none")],
)
def test_what_would_be_ambiguous_or_empty_is_refused(text: str, said: str) -> None:
    with pytest.raises(UserMistake, match=said):
        parse_glossary(text)


def test_no_glossary_is_an_empty_one(tmp_path: Path) -> None:
    assert read_glossary(tmp_path / "glossary.md") == Glossary(())
    assert list(Glossary(()).uses("layer")) == []


def test_ours_has_a_careful_paragraph_for_each_term() -> None:
    assert len(OUR_OWN.terms) >= 60
    for term in OUR_OWN.terms:
        kinds = [token.type for token in tokens(term.definition) if token.level == 0]
        assert kinds == ["paragraph_open", "inline", "paragraph_close"] or kinds == [
            "paragraph_open",
            "paragraph_close",
        ]
        assert 15 <= len(re.findall(r"\w+", term.definition)) <= 120, term.name
        assert term.definition.endswith("."), term.name
