"""What a check says of a wrong answer. Knows neither the answer nor how it is shown."""

from __future__ import annotations

from typing import Any


class Wrong(Exception):
    """The answer is not right yet.

    `sentence` names the mistake in words that a beginner understands, as a rule with the place to look at; `details`
    are further lines; `yours` and `wanted` are Matplotlib figures, shown beside each other.
    """

    def __init__(self, sentence: str, *details: str, yours: Any = None, wanted: Any = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details
        self.yours = yours
        self.wanted = wanted
