"""What loopscope says when something is not fine. Knows nothing of experiments, torch or terminals."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import category

BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that no line of text can hold: controls, lone surrogates, separators of lines and paragraphs."""


class LoopscopeError(Exception):
    """Base of every error that loopscope raises on purpose. `exit_code` is what the command line returns."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one input: where it is, what it is, what would be allowed, what to try."""

    field: str
    value: object
    allowed: str
    try_next: str = ""

    def __str__(self) -> str:
        sentence = f"{printable(self.field)} is {shown(self.value)}; allowed {self.allowed}."
        return f"{sentence} {self.try_next}".rstrip()


class UserMistake(LoopscopeError):
    """A wrong input. Its text is one line a problem: field, value, allowed, next step (exit code 2)."""

    exit_code = 2

    def __init__(self, *problems: Problem) -> None:
        assert problems, "a mistake names at least one problem"
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class StoreError(LoopscopeError):
    """The record on disk cannot be read or written: full disk, wrong schema, no permission (exit code 2)."""

    exit_code = 2


def mistake(field: str, value: object, allowed: str, try_next: str = "") -> UserMistake:
    """A `UserMistake` with a single problem, the usual case."""
    return UserMistake(Problem(field, value, allowed, try_next))


def unknown(field: str, value: object, known: Iterable[str], try_next: str = "") -> UserMistake:
    """A name that nobody registered, answered with the nearest one that somebody did."""
    return UserMistake(unknown_problem(field, value, known, try_next))


def unknown_problem(field: str, value: object, known: Iterable[str], try_next: str = "") -> Problem:
    """As `unknown`, but the problem alone, to be raised together with others."""
    names = sorted(known)
    near = nearest(str(value), names)
    hint = f'Did you mean "{near}"?' if near else ""
    return Problem(field, value, listed(names), f"{hint} {try_next}".strip())


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None where none is like it (difflib ratio of at least 0.5)."""
    close = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return close[0] if close else None


def listed(names: Sequence[str], most: int = 16) -> str:
    """`a, b, c`, cut after `most` names with a count of the rest."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" … ({rest} more)" if rest > 0 else "") or "nothing"


def printable(text: str) -> str:
    """A name as it can stand in one line: what would break or hide it is escaped, since it may come from any file."""
    return "".join(c.encode("unicode_escape").decode() if category(c) in BREAKING else c for c in text)


def shown(value: object, most: int = 200) -> str:
    """A value as an error repeats it: `repr`, numbers as typed, long ones cut."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return (
            f"a whole number of {value.bit_length():,} bits" if isinstance(value, int) else "a value too long to show"
        )
    return text if len(text) <= most else text[: most - 1] + "…"
