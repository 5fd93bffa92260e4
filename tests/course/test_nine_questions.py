"""What readers ask is answered among the first three, in whatever words they ask it."""

from __future__ import annotations

import pytest

from course.nine_questions import NINE, WORDINGS, answered
from loopscope.course.findable import index_of
from loopscope.course.series import open_series

SERIES = open_series()
INDEX = index_of(SERIES)
WRITTEN = {f"{place.number}.html" for place in SERIES.written}
ASKED = [
    (number, words)
    for number, wordings in WORDINGS.items()
    for words in wordings
    if NINE[number].partition("#")[0] in WRITTEN  # a planned post answers nothing yet
]


def first_three(words: str) -> list[str]:
    return [found.href for found in INDEX.search(words)[:3]]


def test_each_question_has_three_wordings_none_twice() -> None:
    assert set(WORDINGS) == set(NINE) == set(range(1, 10))
    assert all(len(set(wordings)) == 3 for wordings in WORDINGS.values())
    assert len({words.lower() for wordings in WORDINGS.values() for words in wordings}) == 27


@pytest.mark.parametrize(("number", "words"), ASKED)
def test_the_answer_is_among_the_first_three(number: int, words: str) -> None:
    assert answered(first_three(words), number), first_three(words)


def test_another_answer_is_told_from_the_right_one() -> None:
    assert not answered(first_three("what is dropout"), 1)
