"""A series of two exercises, and one judge for all tests: to prepare it takes seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loopscope.course.exercises import Exercise, Judge, Verdict, find
from loopscope.course.exercises.limits import Times

SERIES = Path(__file__).with_name("sample-series")
Judging = Callable[..., Verdict]


@pytest.fixture(scope="session")
def exercises() -> dict[str, Exercise]:
    return {each.name: each for each in find(SERIES)}


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def judge(runner: asyncio.Runner) -> Iterator[Judge]:
    async def made() -> Judge:
        return Judge(times=Times(processor_s=1, idle_s=3))  # so that nobody waits for endless loops

    judge = runner.run(made())
    yield judge
    runner.run(judge.close())


@pytest.fixture
def judged(runner: asyncio.Runner, judge: Judge, exercises: dict[str, Exercise]) -> Judging:
    """What is said of some code, as the answer to an exercise."""

    def say(code: str, name: str = "order") -> Verdict:
        return runner.run(judge.check(exercises[name], code))

    return say


@pytest.fixture
def checking(tmp_path: Path, runner: asyncio.Runner, judge: Judge) -> Judging:
    """What a check of the test's own says of some code: `checking(code, "expect.loop_runs(work.trace)")`."""

    def say(code: str, *lines: str, seed: int = 0) -> Verdict:
        body = "\n    ".join(lines or ["pass"])
        head = "import torch\nfrom torch import nn\nfrom loopscope.course.exercises import Wrong, expect\n"
        (tmp_path / "check.py").write_text(f"{head}def check(work):\n    {body}\n", encoding="utf-8")
        return runner.run(judge.check(Exercise("1.1", "own", tmp_path), code, seed))

    return say
