"""JSON documents: strict, whatever stands in them."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np

from loopscope.cli import document


def test_numbers_that_json_has_not_become_null() -> None:
    given = {
        "a": math.nan,
        "b": [math.inf, -math.inf, 1.5],
        "c": {"d": np.float32("nan")},
        "e": np.array([1.0, math.nan]),
    }
    assert json.loads(document.text(given)) == {"a": None, "b": [None, None, 1.5], "c": {"d": None}, "e": [1.0, None]}


def test_other_things_find_a_form() -> None:
    given = {1: (True, None), "path": Path("a/b"), "whole": np.int64(3), "odd": object}
    assert document.plain(given) == {"1": [True, None], "path": "a/b", "whole": 3, "odd": "<class 'object'>"}


def test_words_stay_readable() -> None:
    assert "R² · größer" in document.text({"label": "R² · größer"})
