"""What is varied: a field and its levels, as typed after `--over`. Knows no experiment and no search."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import Problem, UserMistake, mistake
from ..experiment import parse_value

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
RANGE = re.compile(rf"({NUMBER}):({NUMBER})(?::(log|lin))?(?::(\d{{1,99}}))?")
NEARLY_A_RANGE = re.compile(rf"({NUMBER}):.*")
DIGITS = 4
"""Of a level inside a range: nobody tunes a fifth one, and it can be typed again."""
MOST_LEVELS = 10_000


@dataclass(frozen=True, slots=True)
class Factor:
    """`levels` are texts that `--set` would take, in order; of a range without a count there are none yet.

    `low`, `high` and `log` are those of a range, between which random and Sobol searches choose freely.
    """

    field: str
    levels: tuple[str, ...]
    low: float | None = None
    high: float | None = None
    log: bool = False
    whole: bool = False

    @property
    def is_range(self) -> bool:
        return self.low is not None

    def level(self, share: float) -> str:
        """The level at `share` (0 up to, not including, 1) of the way: of a list each has an equal part of it."""
        if not self.is_range:
            return self.levels[min(int(share * len(self.levels)), len(self.levels) - 1)]
        assert self.low is not None and self.high is not None
        if self.whole:
            return str(math.floor(_between(self.low, self.high + 1, share, self.log)))
        return _text(_between(self.low, self.high, share, self.log))


def factor_of(text: str) -> Factor:
    """Read `training.lr=0.001:1:log:20`, `model.activation=relu,tanh` or `model.hidden=[8],[16,8]`.

    A range is LOW:HIGH, LOW:HIGH:log, with `:COUNT` for a grid; everything else is a list. Raises `UserMistake` for an
    unknown field, an empty list, a level twice, a range that is none, and more than `MOST_LEVELS` levels.
    """
    field, equals, levels = (part.strip() for part in text.partition("="))
    if not equals or not field:
        raise mistake("--over", text, "section.field=levels", "Try --over training.lr=0.001:1:log:20")
    if found := RANGE.fullmatch(levels):
        return _range(field, levels, found)
    if (nearly := NEARLY_A_RANGE.fullmatch(levels)) and isinstance(parse_value(field, nearly[1]), (int, float)):
        allowed = "a list a,b,c or a range LOW:HIGH:log:COUNT, with log or lin or neither, and COUNT in digits"
        raise mistake(f"--over {field}", levels, allowed, f"Try {field}=0.001:1:log:20")
    parts = _parts(levels)
    if not parts or "" in parts:
        raise mistake(f"--over {field}", levels, "one level or more, with commas between them", f"Try {field}=a,b")
    values = [parse_value(field, part) for part in parts]
    twice = next((part for i, part in enumerate(parts) if values[i] in values[:i]), None)
    if twice is not None:
        raise mistake(f"--over {field}", levels, "each level once", f"{twice} stands there more than once.")
    _refuse_too_many(field, len(parts))
    return Factor(field, tuple(parts))


def factors_of(texts: Sequence[str]) -> list[Factor]:
    """All of them. Raises `UserMistake` with every mistake there is, and for a field that stands twice."""
    found: list[Factor] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            found.append(factor_of(text))
        except UserMistake as error:
            problems.extend(error.problems)
    if problems:
        raise UserMistake(*problems)
    if not found:
        raise mistake("--over", None, "one field or more to vary", "Try --over training.lr=0.001:1:log:20")
    fields = [factor.field for factor in found]
    if len(set(fields)) < len(fields):
        twice = next(field for field in fields if fields.count(field) > 1)
        raise mistake("--over", twice, "each field once", "Put all its levels into one --over.")
    return found


def levels_of(field: str, levels: Sequence[Any] | str) -> str:
    """The text of `--over` for levels given in Python: a list of values, or what would be typed."""
    if isinstance(levels, str):
        return f"{field}={levels}"
    return f"{field}=" + ",".join(_written(level) for level in levels)


def _written(level: Any) -> str:
    if isinstance(level, (list, tuple)):
        return "[" + ",".join(map(str, level)) + "]"
    return repr(float(level)) if isinstance(level, float) else str(level)


def _range(field: str, text: str, found: re.Match[str]) -> Factor:
    low, high = float(found[1]), float(found[2])
    log, count = found[3] == "log", found[4]
    whole = isinstance(parse_value(field, found[1]), int) and isinstance(parse_value(field, found[2]), int)
    if not low < high or (log and low <= 0):
        allowed = "LOW:HIGH with LOW below HIGH" + (", both above 0 where it is log" if log else "")
        raise mistake(f"--over {field}", text, allowed, f"Try {field}=0.001:1:log:20")
    if count is None:
        return Factor(field, (), low, high, log, whole)
    if int(count) < 2:
        raise mistake(f"--over {field}", text, "2 levels or more in a range", f"For one, use --set {field}={found[1]}")
    _refuse_too_many(field, int(count))
    values = np.geomspace(low, high, int(count)) if log else np.linspace(low, high, int(count))
    texts = [str(round(value)) if whole else _text(value) for value in values.tolist()]
    return Factor(field, tuple(dict.fromkeys(texts)), low, high, log, whole)


def _refuse_too_many(field: str, count: int) -> None:
    if count > MOST_LEVELS:
        what = f"{count:,} levels"
        raise mistake(f"--over {field}", what, f"at most {MOST_LEVELS:,}", f"Try {field}=LOW:HIGH:log:20")


def _between(low: float, high: float, share: float, log: bool) -> float:
    return low * (high / low) ** share if log else low + (high - low) * share


def _text(value: float) -> str:
    return f"{value:.{DIGITS}g}"


def _parts(text: str) -> list[str]:
    """Split at commas that stand outside brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "[(") - (letter in "])")
        if letter == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts] if text else []
