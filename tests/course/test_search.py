"""What fits best comes first, however it is spelt, and what fits nothing finds nothing."""

from __future__ import annotations

import pytest

from loopscope.course.search import Document, Index

DOCUMENTS = [
    Document("post", "2.1 Why Neural Networks?", "A straight line cannot separate the two moons.", "2.1.html"),
    Document("section", "The mathematics", "What a hidden layer computes; activations bend.", "2.1.html#mathematics"),
    Document("question", "What are fc1 and fc2?", "Only names of attributes. Only forward is needed.", "2.1.html#fc1"),
    Document(
        "term", "activation", "A function applied to each unit.", "glossary.html#activation", "activation function"
    ),
    Document("term", "multilayer perceptron (MLP)", "Linear layers with activations.", "glossary.html#mlp", "MLP"),
    Document("section", "What it means", "What does it mean, what does it do, what is it for.", "2.2.html#means"),
]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(DOCUMENTS)


@pytest.mark.parametrize(
    ("query", "href"),
    [
        ("what does fc1 mean", "2.1.html#fc1"),
        ("MLP", "glossary.html#mlp"),
        ("activations", "glossary.html#activation"),
        ("moon", "2.1.html"),
        ("percept", "glossary.html#mlp"),  # the last word as far as it is typed
        ("multilayr perceptrn", "glossary.html#mlp"),
        ("seperate", "2.1.html"),
    ],
)
def test_the_best_comes_first(index: Index, query: str, href: str) -> None:
    assert index.search(query)[0].href == href


@pytest.mark.parametrize("query", ["", "  ", "zzzzqqq", "?!", '"', "*", "AND OR NOT", 'fc1" OR "'])
def test_nothing_or_signs_alone_are_no_mistake(index: Index, query: str) -> None:
    assert isinstance(index.search(query), list)


def test_an_unknown_word_finds_nothing(index: Index) -> None:
    assert index.search("zzzzqqq") == []


def test_no_more_than_asked_for(index: Index) -> None:
    assert len(index.search("what", most=2)) == 2


def test_of_two_that_fit_alike_the_answer_comes_first() -> None:
    same = [Document("section", "the rate", "so", "a"), Document("question", "the rate", "so", "b")]
    assert [each.href for each in Index(same).search("rate")] == ["b", "a"]
