"""`loopscope exercises …`: from laying out over each save to the solution; and the proof of who writes them."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from loopscope.cli.app import app
from loopscope.cli.exercises import COMMANDS, DEV

from .conftest import Typed

SERIES = Path(__file__).parents[1] / "course" / "exercises" / "sample-series"
ORDER = SERIES / "1.1-loops" / "exercises" / "order"
GROUP: Any = get_command(app)
GROUPED: Any = GROUP.commands["exercises"]


@pytest.fixture
def mine(typed: Typed, tmp_path: Path) -> Path:
    typed("exercises", "init", "--series", str(SERIES))
    return tmp_path / "loopscope-exercises" / "1.1" / "order.py"


def test_the_commands_are_those_of_the_design() -> None:
    assert list(COMMANDS) == ["init", "watch", "run", "hint", "list", "reset", "solution", "check-all"]
    assert list(GROUPED.commands) == [*COMMANDS, "dev"] and list(DEV) == ["check"]


@pytest.mark.parametrize("words", [*([name] for name in COMMANDS), ["dev", "check"]], ids=" ".join)
def test_each_has_help_examples_and_json(words: list[str], typed: Typed) -> None:
    command: Any = GROUPED
    for word in words:
        command = command.commands[word]
    text = typed("exercises", *words, "--help").out
    assert f"loopscope exercises {' '.join(words)}" in text.partition("Examples:")[2] and "--json" in text
    assert max(map(len, text.splitlines())) <= 80
    assert all(parameter.help for parameter in command.params)
    for line in command.epilog.splitlines():
        if "loopscope" in line:
            command.make_context(words[-1], line.split()[2 + len(words) :])


@pytest.mark.parametrize("words", [(), ("dev",)])
def test_a_group_alone_shows_its_help(words: tuple[str, ...], typed: Typed) -> None:
    answer = typed("exercises", *words)
    assert answer.code == 0 and answer.out.startswith(f"Usage: loopscope {' '.join(['exercises', *words])} ")


def test_from_the_task_to_the_solution(mine: Path, typed: Typed) -> None:
    answer = typed("exercises", "run")
    assert answer.code == 1 and answer.err == ""
    assert answer.out.splitlines()[:3] == [
        "1.1/order  Put the loop in order",
        "not yet The weights did not change after step 1: was `step()` called before     ",
        "        `backward()`?                                                           ",
    ]
    assert "file    loopscope-exercises/1.1/order.py\nnext  loopscope exercises hint 1.1/order\n" in answer.out
    assert typed("exercises", "hint").out.startswith("Hint 1 of 3, the idea, for 1.1/order\nNobody can walk")
    refused = typed("exercises", "solution")
    assert refused.code == 1 and refused.err.startswith("1.1/order is not passed yet")
    mine.write_text((ORDER / "solution.py").read_text(encoding="utf-8"), encoding="utf-8")
    answer = typed("exercises", "run", str(mine))
    assert answer.code == 0 and answer.out.splitlines()[1].rstrip() == "passed"
    assert answer.out.endswith(
        "next  loopscope exercises solution 1.1/order\n      loopscope exercises run 1.1/gradient\n"
    )
    assert typed("exercises", "solution").out == (ORDER / "solution.py").read_text(encoding="utf-8")
    assert "1  passed  1.1/order     Put the loop in order" in typed("exercises", "list").out


def test_json(mine: Path, typed: Typed) -> None:
    assert typed("exercises", "init", "--series", str(SERIES), "--json").document["new"] == []
    told = typed("exercises", "run", "gradient", "--json").document
    assert not told["passed"] and Path(told["yours"]).read_bytes().startswith(b"\x89PNG")
    assert typed("exercises", "hint", "--json").document["grade"] == 1
    rows = typed("exercises", "list", "--json").document["exercises"]
    assert [(row["exercise"], row["current"], row["tries"]) for row in rows] == [
        ("1.1/order", False, 0),
        ("1.1/gradient", True, 1),
    ]
    mine.write_text("mine", encoding="utf-8")
    assert Path(typed("exercises", "reset", "order", "--json").document["kept"]).name == "order.py"
    answer = typed("exercises", "check-all", "--json")
    assert answer.code == 1 and (answer.document["passed"], answer.document["of"]) == (0, 2)
    assert typed("exercises", "solution", "order", "--json").code == 1
    assert "lr=0.05" in typed("exercises", "solution", "order", "--json").document["code"]


def test_mistakes(typed: Typed, tmp_path: Path) -> None:
    for words, said in (
        (("run",), "Type loopscope exercises init, or give --dir DIR."),
        (("run", "--dir", "there"), "Try loopscope exercises init there."),
        (("init", "--series", str(tmp_path)), "a folder with a series.toml"),
        (("rnu",), 'Did you mean "run"?'),
        (("dev", "check", "ordr", "--series", str(SERIES)), 'Did you mean "1.1/order"?'),
    ):
        answer = typed("exercises", *words)
        assert answer.code == 2 and said in answer.err, answer
    (tmp_path / "file").touch()
    assert typed("exercises", "init", "file").code == 2


def test_dev_check(typed: Typed) -> None:
    answer = typed("exercises", "dev", "check", "gradient", "--series", str(SERIES))
    assert answer.code == 0 and answer.out.startswith("1.1/gradient                 ok        5 files, slowest ")
    assert answer.out.endswith("1 exercise, 5 files, no flaws\n")


def test_dev_check_tells_flaws(typed: Typed, tmp_path: Path) -> None:
    post = tmp_path / "s" / "1.1-x" / "exercises" / "bad"
    post.mkdir(parents=True)
    (tmp_path / "s" / "series.toml").write_text('[[modules]]\nnumber = "1"\nposts = ["1.1-x"]\n', encoding="utf-8")
    (post / "task.py").write_text("x = 1", encoding="utf-8")
    answer = typed("exercises", "dev", "check", "--series", "s", "--json")
    assert answer.code == 1 and answer.document["exercises"] == 1
    assert {"exercise": "1.1/bad", "file": "check.py", "says": "is missing"} in answer.document["flaws"]
    text = typed("exercises", "dev", "check", "--series", "s").out
    assert "  check.py: is missing\n" in text and text.endswith(" flaws\n")


# --- the watcher


class Terminal:
    """`loopscope exercises watch` on a terminal of its own."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "loopscope", "exercises", "watch", *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env={**os.environ, "TERM": "xterm", "NO_COLOR": "1", "OMP_NUM_THREADS": "1"},
        )
        os.close(theirs)
        self._seen = ""

    def until(self, words: str) -> str:
        """What has been written, up to and with these words, which it then forgets."""
        deadline = time.monotonic() + 60
        while words not in (text := " ".join(self._seen.split())):
            assert select.select([self._ours], [], [], deadline - time.monotonic())[0], text
            self._seen += os.read(self._ours, 4096).decode(errors="replace")
        self._seen = ""
        return text

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(20)
        os.close(self._ours)


@pytest.fixture
def terminal(mine: Path, tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path)
    yield made
    made.close()


LAST = "q quit"


def test_each_save_is_checked_whatever_it_does(terminal: Terminal, mine: Path) -> None:
    terminal.until("was `step()` called before `backward()`?")
    for code, words in (
        ("x = (", "Line 1 is not Python: '(' was never closed."),
        ("import os\nos.kill(os.getppid(), 9)", "`os.kill` would end its parent"),
        ("exit()", "Line 1 ends the program"),
        ((ORDER / "solution.py").read_text(encoding="utf-8"), "passed 1 of 2 passed."),
    ):
        mine.write_text(code, encoding="utf-8")
        terminal.until(words)


def test_a_save_while_it_checks_calls_that_off(terminal: Terminal, mine: Path) -> None:
    terminal.until("`backward()`?")
    mine.write_text("import time\ntime.sleep(1000)", encoding="utf-8")
    terminal.until("checking …")
    mine.write_text("exit()", encoding="utf-8")
    terminal.until("Line 1 ends the program")
    terminal.press("q")
    assert terminal.process.wait(20) == 0


def test_keys(terminal: Terminal, mine: Path) -> None:
    terminal.until(LAST)
    for keys, words in (
        ("h", "Hint 1 of 3, the idea"),
        ("h", "Hint 2 of 3, the place"),
        ("n", "1.1/gradient Write the gradient of a square not yet"),
        ("l", "0 of 2 passed Type a number and Enter to go there."),
        ("1\r", "1.1/order Put the loop in order not yet"),
        ("c", "0 of 2 passed"),
        ("x", "Press x once more"),
        ("x", "1.1/order Put the loop in order not yet"),
        ("s", "the second time the solution is shown."),
        ("s", "lr=0.05"),
        ("r", "`backward()`?"),
        ("99\r", "There is no exercise 99"),
    ):
        terminal.press(keys)
        terminal.until(words)
    terminal.press("q")
    assert terminal.process.wait(20) == 0


def test_another_file_saved_is_gone_over_to(terminal: Terminal, mine: Path) -> None:
    terminal.until(LAST)
    mine.with_name("gradient.py").write_text("def gradient(x): return x**2", encoding="utf-8")
    text = terminal.until("wanted loopscope-exercises/.pictures/1.1/gradient-wanted.png")
    assert "1.1/gradient" in text and "yours loopscope-exercises/.pictures/1.1/gradient-yours.png" in text


def test_where_stdin_is_no_terminal(mine: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "loopscope", "exercises", "watch", "--json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert "called before" in json.loads(process.stdout.readline())["sentence"]
        mine.write_text("exit()", encoding="utf-8")
        assert "ends the program" in json.loads(process.stdout.readline())["sentence"]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stderr.read() == (
            "stdin is no terminal: the keys n, h, l, r, c, x, s, q are not there. Ctrl-C ends it.\n"
        )
