"""`dev check` finds every flaw: each is put into a sound exercise once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from loopscope.course.exercises import Exercise, Judge
from loopscope.course.exercises.dev_check import Checked, checked, dev_check

Proving = Callable[[], Checked]


@pytest.fixture
def copy(exercises: dict[str, Exercise], tmp_path: Path) -> Path:
    return Path(shutil.copytree(exercises["gradient"].folder, tmp_path / "gradient"))


@pytest.fixture
def proving(copy: Path, runner: asyncio.Runner, judge: Judge) -> Proving:
    return lambda: runner.run(checked(Exercise("1.1", "gradient", copy), judge))


def test_a_sound_one_has_no_flaws(proving: Proving) -> None:
    found = proving()
    assert found.flaws == () and found.files == 5 and found.slowest > 0


def write(name: str, text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8") and None


def drop(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


RIGHT = "def gradient(x):\n    return 2 * x\n"
FLAWS = {
    "the task passes": (write("task.py", f'"""T\n\nSays."""\n{RIGHT}'), "task.py", "passes, and should not"),
    "a solution fails": (write("solution.py", "def gradient(x): return x"), "solution.py", "does not pass: The slope"),
    "another fails": (write("solutions/sum.py", "x = 1"), "solutions/sum.py", "does not pass: The exercise needs"),
    "it hangs on a seed": (
        write("solution.py", f"import torch\nassert torch.initial_seed() < 2\n{RIGHT}"),
        "solution.py",
        "does not pass under seed 2: Line 2: AssertionError",
    ),
    "a mutant passes": (write("mutants/square.py", f"# says: slope\n{RIGHT}"), "mutants/square.py", "passes, and"),
    "a mutant is not named": (
        write("mutants/square.py", "# says: too many cooks\ndef gradient(x): return x"),
        "mutants/square.py",
        "should say 'too many cooks'; it says 'The slope",
    ),
    "a mutant says nothing": (write("mutants/square.py", "def gradient(x): return x"), "mutants/square.py", "# says:"),
    "a broken check": (write("check.py", "def check(work): 1 / 0"), "task.py", "The check itself failed"),
    "no check": (drop("check.py"), "check.py", "is missing"),
    "no task": (drop("task.py"), "task.py", "is missing"),
    "no solution": (drop("solution.py"), "solution.py", "is missing"),
    "one solution only": (drop("solutions/sum.py"), "solutions/", "holds 1 files; two differently"),
    "no mutants": (drop("mutants/square.py"), "mutants/", "holds none"),
    "no hints": (drop("hints.md"), "hints.md", "## Idea, ## Place, ## Code"),
    "a hint without text": (write("hints.md", "## Idea\n\n## Place\nx\n## Code\ny"), "hints.md", "each with text"),
    "no docstring": (write("task.py", "def gradient(x): return x"), "task.py", "has no docstring"),
    "a title alone": (write("task.py", '"""T"""\ndef gradient(x): return x'), "task.py", "no more than a title"),
}


@pytest.mark.parametrize("case", FLAWS)
def test_each_flaw_is_told_with_its_file(case: str, copy: Path, proving: Proving) -> None:
    spoil, file, words = FLAWS[case]
    spoil(copy)
    flaws = proving().flaws
    assert any(flaw.file == file and words in flaw.says for flaw in flaws), flaws
    assert all(flaw.exercise == "1.1/gradient" for flaw in flaws)


def test_all_flaws_are_told(copy: Path, proving: Proving) -> None:
    for spoil, _, _ in (FLAWS["the task passes"], FLAWS["a mutant passes"], FLAWS["no hints"]):
        spoil(copy)
    assert {flaw.file for flaw in proving().flaws} == {"task.py", "mutants/square.py", "hints.md"}


def test_several_in_their_order(exercises: dict[str, Exercise], runner: asyncio.Runner, judge: Judge) -> None:
    async def keys() -> list[str]:
        return [each.exercise.key async for each in dev_check(exercises.values(), judge)]

    assert runner.run(keys()) == ["1.1/order", "1.1/gradient"]
