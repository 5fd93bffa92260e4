"""A command line to type on: in this process, or as a program of its own."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loopscope.cli import main


@dataclass(frozen=True)
class Answer:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Its stdout as JSON, by the letter: NaN and Infinity are none."""

        def refuse(word: str) -> None:
            raise ValueError(f"{word} is not JSON")

        return json.loads(self.out, parse_constant=refuse)


Typed = Callable[..., Answer]
QUICK = ("--set", "training.steps=12")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory, 80 columns, no colour, no record but its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("LOOPSCOPE_HOME", "LOOPSCOPE_TOKEN", "FORCE_COLOR", "NO_COLOR", "TERM", "_LOOPSCOPE_COMPLETE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def typed(capfd: pytest.CaptureFixture[str]) -> Typed:
    """Type a command in this process."""

    def type_(*words: str) -> Answer:
        capfd.readouterr()
        code = main(list(words))
        return Answer(code, *capfd.readouterr())

    return type_


def program(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """The program itself, in a process of its own; `env` is added to what there is."""
    env = {**os.environ, "OMP_NUM_THREADS": "1", **more.pop("env", {})}
    command = [sys.executable, "-m", "loopscope", *words]
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=120, check=False, **more)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with three runs: two of moons that differ in their learning rate, and one that diverged."""
    home = tmp_path_factory.mktemp("recorded")
    for words in (
        ("train", "moons-mlp", *QUICK, "--name", "slow", "--set", "training.lr=0.001"),
        ("train", "moons-mlp", *QUICK, "--name", "fast", "--set", "training.lr=0.1"),
        ("train", "line", "--name", "away", "--set", "training.lr=1e9"),
    ):
        main([*words, "--home", str(home), "--quiet"])
    yield home


def next_words(out: str) -> list[str]:
    """The first command that a screen suggests, as words to type."""
    line = next(line for line in out.splitlines() if line.startswith("next  "))
    return shlex.split(line.removeprefix("next  loopscope "))
