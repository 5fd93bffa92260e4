"""Every command: registered, helped, tested; and the program where nothing is asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from loopscope import __version__
from loopscope.cli.app import COMMANDS, app

from .conftest import Typed, program

NAMES = [module.__name__.rpartition(".")[2] for module in COMMANDS]
GROUP = get_command(app)


def test_the_commands_are_those_of_the_design() -> None:
    first = ["lab", "train", "sweep", "runs", "show", "compare", "delete", "export", "watch", "explain"]
    assert [*first, "learn"] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_command_has_help_example_and_test(name: str, typed: Typed) -> None:
    command = GROUP.commands[name]
    help_text = typed(name, "--help").out
    assert command.help and command.get_short_help_str(limit=65).rstrip(".") == command.help.splitlines()[0].rstrip(".")
    assert f"loopscope {name} " in help_text.partition("Examples:")[2]
    tests = Path(__file__).with_name(f"test_{name}.py").read_text(encoding="utf-8")
    assert f'"{name}"' in tests


@pytest.mark.parametrize("name", NAMES)
def test_help_mentions_each_option_and_what_it_is_for(name: str, typed: Typed) -> None:
    help_text = typed(name, "--help").out
    for parameter in GROUP.commands[name].params:
        assert parameter.help, f"{parameter.name} has no help"
        for option in parameter.opts if parameter.param_type_name == "option" else [parameter.metavar]:
            assert option in help_text
    assert "--json" in help_text


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_understood(name: str) -> None:
    lines = [line.split()[2:] for line in GROUP.commands[name].epilog.splitlines() if "loopscope" in line]
    assert lines
    for words in lines:
        GROUP.commands[name].make_context(name, list(words))


def test_version(typed: Typed) -> None:
    assert typed("--version").out == f"loopscope {__version__}\n"


def test_as_a_module_it_is_the_same_program() -> None:
    answer = program("--help")
    assert answer.returncode == 0
    assert answer.stdout.startswith("Usage: loopscope [OPTIONS]")


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from loopscope.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"torch", "numpy", "pydantic", "rich", "sqlite3", "matplotlib", "pandas", "sklearn"}
    assert not heavy & set(done.stderr.split())


def test_help_is_no_wider_than_the_terminal(typed: Typed) -> None:
    for name in NAMES:
        assert max(map(len, typed(name, "--help").out.splitlines())) <= 80


def test_a_shell_is_offered_commands_presets_and_settings() -> None:
    def offered(*words: str) -> list[str]:
        env = {"_LOOPSCOPE_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
        return program(env=env).stdout.split()

    assert offered("loopscope", "tr") == ["train"]
    assert "moons-mlp" in offered("loopscope", "train", "moons")
    assert "training.lr=" in offered("loopscope", "train", "moons-mlp", "--set", "training.l")
    assert offered("loopscope", "export", "last", "--to", "p") == ["png"]
