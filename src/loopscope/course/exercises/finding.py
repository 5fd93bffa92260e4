"""Which exercises a series has, and what lies in each one's folder. Runs none of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ...errors import mistake, unknown
from ..series import OURS, open_series

SAYS = re.compile(r"#\s*says:\s*(.+)")
GRADES = ("Idea", "Place", "Code")


@dataclass(frozen=True)
class Exercise:
    """One exercise: `folder` holds task.py, check.py, solution.py, hints.md, and perhaps solutions/ and mutants/."""

    post: str  # the post's number: 2.1
    name: str
    folder: Path

    @property
    def key(self) -> str:
        """How it is named everywhere: 2.1/collapse."""
        return f"{self.post}/{self.name}"

    @cached_property
    def task(self) -> str:
        """What the learner begins with."""
        return (self.folder / "task.py").read_text(encoding="utf-8")

    @cached_property
    def says(self) -> str:
        """The task in words: the docstring of task.py, without its first line."""
        return self._docstring.partition("\n")[2].strip()

    @cached_property
    def title(self) -> str:
        """The first line of that docstring."""
        return self._docstring.partition("\n")[0].strip() or self.name

    @property
    def check(self) -> Path:
        """The file that judges."""
        return self.folder / "check.py"

    @cached_property
    def solution(self) -> str:
        """Shown after success."""
        return (self.folder / "solution.py").read_text(encoding="utf-8")

    @property
    def solutions(self) -> list[Path]:
        """Differently written ones, that must pass too."""
        return sorted((self.folder / "solutions").glob("*.py"))

    @property
    def mutants(self) -> list[Path]:
        """Wrong ones, each with the words its failure must hold."""
        return sorted((self.folder / "mutants").glob("*.py"))

    @cached_property
    def hints(self) -> tuple[str, ...]:
        """From an idea over a place to code, as far as hints.md has them."""
        path = self.folder / "hints.md"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        parts = re.split(r"^##[ \t]+(.+?)[ \t]*$", text, flags=re.MULTILINE)
        found = {parts[i].strip().lower(): parts[i + 1].strip() for i in range(1, len(parts) - 1, 2)}
        return tuple(found[grade.lower()] for grade in GRADES if found.get(grade.lower()))

    @cached_property
    def _docstring(self) -> str:
        try:
            return (ast.get_docstring(ast.parse(self.task)) or "").strip()
        except SyntaxError:  # to mend it may be the task
            quoted = re.match(r'\s*"""(.*?)"""', self.task, flags=re.DOTALL)
            return quoted.group(1).strip() if quoted else ""


def find(series: Path = OURS) -> list[Exercise]:
    """All exercises of a series, in the order of its posts and, within a post, of their mention in it."""
    return [
        Exercise(place.number, name, place.folder / "exercises" / name)
        for place in open_series(series).places
        for name in _names(place.folder)
    ]


def named(text: str, exercises: Sequence[Exercise]) -> Exercise:
    """The exercise that is meant: by key (2.1/collapse), by name alone where it is the only one, or by its file."""
    wanted = text.replace("\\", "/").rstrip("/").removesuffix(".py")
    tail = "/".join(wanted.split("/")[-2:])
    found = [each for each in exercises if each.key == tail] or [each for each in exercises if each.name == wanted]
    if len(found) > 1:
        both = " or ".join(each.key for each in found)
        raise mistake("exercise", text, both, "Several posts have one of that name.")
    if not found:
        raise unknown("exercise", text, [each.key for each in exercises], "See loopscope exercises list.")
    return found[0]


def words_of(mutant: Path) -> str:
    """What its failure must hold; empty where its first lines do not say."""
    for line in mutant.read_text(encoding="utf-8").splitlines()[:3]:
        if said := SAYS.match(line.strip()):
            return said.group(1).strip()
    return ""


def _names(post: Path) -> list[str]:
    """Its exercises; those that its text mentions first, in that order."""
    there = sorted(each.parent.name for each in (post / "exercises").glob("*/task.py"))
    text = (post / "post.md").read_text(encoding="utf-8") if (post / "post.md").is_file() else ""
    mentioned = re.findall(r"^:::+\{exercise\}[ \t]+(\S+)", text, flags=re.MULTILINE)
    order = {name: place for place, name in reversed(list(enumerate(mentioned)))}
    return sorted(there, key=lambda name: (order.get(name, len(order)), name))
