"""From words typed to an exit code: every error becomes a sentence, every sentence a code. Runs no training itself."""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

import typer
from typer.main import get_command

from ..errors import LoopscopeError, Problem, UserMistake, unknown
from ..experiment.said import Said
from . import document
from .app import app
from .watch import VALUED

USER, OURS, INTERRUPTED = 2, 3, 130
OUR_FAULT = "loopscope failed, and that is its own fault, not yours. Please report the lines above and what you typed."
UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""Click's, which Typer has under one name or another depending on its version."""


MISSING = Said("missing")


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; whatever goes wrong is said here and nowhere else."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["watch"]:
        return _invoke(words)  # stdout is the script's, and is left to end as Python ends it
    _never_choke()
    try:
        code = _invoke(words)
        sys.stdout.flush()
    except BrokenPipeError:  # `loopscope runs | head -1`: the reader has what it wanted
        _drop_stdout()
        return 0
    return code


def _invoke(words: list[str]) -> int:
    try:
        # main, not the app itself, which would install an excepthook that watched scripts would meet
        code = get_command(app).main(words, prog_name="loopscope", standalone_mode=False)
    except BrokenPipeError:
        raise
    except SystemExit as error:  # what Typer makes of a broken pipe
        raise error.__context__ if isinstance(error.__context__, BrokenPipeError) else error from None
    except KeyboardInterrupt:
        return INTERRUPTED
    except typer.Abort as error:
        if isinstance(error.__cause__ or error.__context__, KeyboardInterrupt):
            return INTERRUPTED
        return tell(UserMistake(Problem("the answer", MISSING, "y or n", "Give --yes to do without it.")), words)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            return tell(error, words)
        _drop_stdout()
        typer.echo(f"stdout cannot be written: {error.strerror}. Free some space, or write elsewhere.", err=True)
        return UserMistake.exit_code
    except Exception as error:
        return tell(error, words)
    return code if isinstance(code, int) else 0


def tell(error: Exception, words: Sequence[str]) -> int:
    """Say what is wrong, as a sentence on stderr or as a document on stdout; the exit code."""
    if isinstance(error, UsageError):
        error = in_house_form(error)
    expected = isinstance(error, LoopscopeError)
    if not expected:
        traceback.print_exception(error)
    if json_asked(words):
        document.put({"error": {"problems": _problems(error), "text": str(error) if expected else OUR_FAULT}})
    else:
        typer.echo(str(error) if expected else OUR_FAULT, err=True)
    return error.exit_code if isinstance(error, LoopscopeError) else OURS


def json_asked(words: Sequence[str]) -> bool:
    """Whether --json stands among our own words; those after a watched script belong to the script."""
    return "--json" in (own_options(words[1:]) if words[:1] == ["watch"] else words)


def own_options(words: Sequence[str]) -> list[str]:
    """The options that `watch` is given before SCRIPT, without their values."""
    values = {i + 1 for i, word in enumerate(words) if word in VALUED}
    own = takewhile(lambda i: i in values or words[i].startswith("-"), range(len(words)))
    return [words[i] for i in own if i not in values]


def in_house_form(error: Any) -> UserMistake:
    """What Click says of wrong words, as field, value, allowed, next step.

    Every option of ours takes text, which the commands judge themselves: what is left is names that nobody knows
    and words that are missing.
    """
    context, option, parameter = error.ctx, getattr(error, "option_name", None), getattr(error, "param", None)
    hint = f"See {context.command_path} --help." if context else ""
    if option and context:
        known = {name for each in context.command.get_params(context) for name in each.opts}
        if option not in known:
            return unknown("option", option, [name for name in known if name.startswith("--")], hint)
    if parameter is not None:
        name = max(parameter.opts, key=len) if parameter.param_type_name == "option" else parameter.metavar
        what = parameter.help.partition(". ")[0].rstrip(".")
        return UserMistake(Problem(name, MISSING, what[:1].lower() + what[1:], hint))
    if option:
        return UserMistake(Problem(option, MISSING, "a value after it"))
    said = Said(f"not understood ({error.format_message().rstrip('.')})")
    return UserMistake(Problem("the command", said, "what its help shows", hint))


def _problems(error: Exception) -> list[dict[str, Any]]:
    found = error.problems if isinstance(error, UserMistake) else ()
    return [{"field": p.field, "value": p.value, "allowed": p.allowed, "try_next": p.try_next} for p in found]


def _never_choke() -> None:
    """Show a character that stdout's encoding has not as ?, instead of ending the program; stderr does so already."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _drop_stdout() -> None:
    """Let Python's own flush at the end go nowhere, instead of complaining a second time."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
