"""Prove what readers of exercises rely on: the task fails, solutions pass, mutants are named. Prints nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

from .finding import GRADES, Exercise, words_of
from .judge import Judge
from .verdict import Fault, Verdict

SEEDS = (0, 1, 2)
"""Under which solutions must pass: no verdict may hang on one."""
SLOWEST_S = 3.0
SOLUTIONS = 2


@dataclass(frozen=True)
class Flaw:
    """Something that is not so with an exercise, and where."""

    exercise: str
    file: str
    says: str


@dataclass(frozen=True)
class Checked:
    """One exercise: all of its flaws, and how long its slowest check took."""

    exercise: Exercise
    flaws: tuple[Flaw, ...]
    files: int
    slowest: float


async def dev_check(exercises: Iterable[Exercise], judge: Judge) -> AsyncIterator[Checked]:
    """Each exercise as soon as it is done, in their order; the judge decides how many run at once."""
    running = [asyncio.ensure_future(checked(each, judge)) for each in exercises]
    try:
        for each in running:
            yield await each
    finally:
        for each in running:
            each.cancel()


async def checked(exercise: Exercise, judge: Judge) -> Checked:
    """Everything about one."""
    flaws = list(on_paper(exercise))
    missing = {flaw.file for flaw in flaws}
    cases = [] if missing & {"task.py", "check.py", "solution.py"} else list(_cases(exercise))
    verdicts = await asyncio.gather(*(judge.check(exercise, _text(path), seed) for _, path, seed in cases))
    for (kind, path, seed), verdict in zip(cases, verdicts, strict=True):
        says = _flaw(kind, path, seed, verdict)
        name = path.relative_to(exercise.folder).as_posix()
        flaws += [Flaw(exercise.key, name, text) for text in says if not _said_already(flaws, name)]
    slowest = max((verdict.seconds for verdict in verdicts), default=0.0)
    return Checked(exercise, tuple(flaws), len({path for _, path, _ in cases}), slowest)


def on_paper(exercise: Exercise) -> Iterable[Flaw]:
    """What can be seen without running anything."""

    def flaw(file: str, says: str) -> Flaw:
        return Flaw(exercise.key, file, says)

    for name in ("task.py", "check.py", "solution.py"):
        if not (exercise.folder / name).is_file():
            yield flaw(name, "is missing")
    if not (exercise.folder / "task.py").is_file():
        return
    if exercise.title == exercise.name:
        yield flaw("task.py", "has no docstring whose first line says the task")
    elif not exercise.says:
        yield flaw("task.py", "its docstring says no more than a title: what is given, what is wanted?")
    if len(exercise.hints) < len(GRADES):
        headings = ", ".join(f"## {grade}" for grade in GRADES)
        yield flaw("hints.md", f"needs the headings {headings}, each with text")
    if len(exercise.solutions) < SOLUTIONS:
        yield flaw("solutions/", f"holds {len(exercise.solutions)} files; two differently written solutions are needed")
    if not exercise.mutants:
        yield flaw("mutants/", "holds none; each mistake that learners make needs one")
    for mutant in exercise.mutants:
        if not words_of(mutant):
            yield flaw(f"mutants/{mutant.name}", "does not begin with `# says: words`")


def _cases(exercise: Exercise) -> Iterable[tuple[str, Path, int]]:
    yield "task", exercise.folder / "task.py", SEEDS[0]
    for path in (exercise.folder / "solution.py", *exercise.solutions):
        for seed in SEEDS:
            yield "solution", path, seed
    for path in exercise.mutants:
        yield "mutant", path, SEEDS[0]


def _flaw(kind: str, path: Path, seed: int, verdict: Verdict) -> Iterable[str]:
    if verdict.fault is Fault.CHECK:
        yield verdict.sentence
    elif kind == "solution" and not verdict.passed:
        under = f" under seed {seed}" if seed != SEEDS[0] else ""
        yield f"does not pass{under}: {verdict.sentence}"
    elif kind != "solution" and verdict.passed:
        yield "passes, and should not"
    elif kind == "mutant" and (words := words_of(path)) and words not in verdict.sentence:
        yield f"should say {words!r}; it says {verdict.sentence!r}"
    if verdict.seconds > SLOWEST_S:
        yield f"takes {verdict.seconds:.1f} s; a check must be done in {SLOWEST_S:.0f} s"


def _said_already(flaws: list[Flaw], name: str) -> bool:
    return any(flaw.file == name for flaw in flaws)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
