"""`loopscope watch`: the script's words, output and code stay its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loopscope.cli.exits import json_asked
from loopscope.runs import open_run

from .conftest import program

LOOP = """
import sys
import torch

print(__name__, sys.argv[1:])
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x = torch.randn(8, 2)
for _ in range(5):
    optimizer.zero_grad()
    loss = (model(x) ** 2).mean()
    loss.backward()
    optimizer.step()
sys.exit(7)
"""


@pytest.fixture
def script() -> str:
    Path("loop.py").write_text(LOOP, encoding="utf-8")
    return "loop.py"


def test_everything_after_the_script_is_the_scripts(script: str) -> None:
    done = program("watch", "--name", "mine", script, "--help", "--json", "-m", "--", "x")
    assert done.stdout == "__main__ ['--help', '--json', '-m', '--', 'x']\n"
    assert done.returncode == 7
    run = open_run("mine")
    assert run.steps == 5 and run.record.source == "watch"
    assert run.id in done.stderr


def test_a_module(script: str) -> None:
    done = program("watch", "--quiet", "-m", "loop", "--epochs", "3")
    assert (done.stdout, done.stderr, done.returncode) == ("__main__ ['--epochs', '3']\n", "", 7)


def test_home_is_where_the_record_is(script: str) -> None:
    assert program("watch", "--home", "there", "--quiet", script).returncode == 7
    assert open_run("last", home="there").steps == 5
    assert not Path(".loopscope").exists()


def test_json_stands_alone_on_stdout(script: str) -> None:
    done = program("watch", "--json", script, "a")
    found = json.loads(done.stdout)
    assert "__main__ ['a']" in done.stderr
    assert (found["exit_code"], found["steps"], found["run"]) == (7, 5, open_run("last").id)
    assert done.returncode == 7


def test_json_of_a_script_that_trains_nothing() -> None:
    Path("idle.py").write_text("print('idle')", encoding="utf-8")
    done = program("watch", "--json", "idle.py")
    assert json.loads(done.stdout) == {"run": None, "exit_code": 0}


def test_no_such_script() -> None:
    done = program("watch", "lop.py")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "'lop.py'" in done.stderr
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("watch --json x.py", True),
        ("watch --name n --json x.py", True),
        ("watch x.py --json", False),
        ("watch --home d x.py --json", False),
        ("watch -m x --json", False),
        ("watch --name --json x.py", False),
        ("train x --json", True),
        ("train x", False),
    ],
)
def test_whose_json_it_is(words: str, asked: bool) -> None:
    assert json_asked(words.split()) is asked
