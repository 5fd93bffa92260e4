"""From what went wrong in an answer to one sentence with its line. Knows no process and no limit but their names."""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from types import FrameType, TracebackType

from ...errors import nearest
from . import limits
from .manners import Breach
from .verdict import Fault, Verdict
from .wrong import Wrong

BYTES = re.compile(r"allocate (\d+) bytes|allocate ([\d.]+) ([KMGT]i?B)")
TOO_MUCH_MEMORY = ("can't allocate memory", "not enough memory", "cannot allocate memory", "std::bad_alloc")
LINES, MOST = 6, 300


class TooMuchPrinted(BaseException):
    """More was printed than anybody reads."""


class Missing(Exception):
    """A name that the check needs and the answer has not."""


class Answer:
    """The learner's file: where it is and what stands in its lines."""

    def __init__(self, file: Path, code: str) -> None:
        self.file = str(file)
        self.lines = code.splitlines()
        self.ran = False
        """Whether it was Python at all."""

    def line(self, number: int) -> str:
        """Without its indentation."""
        return self.lines[number - 1].strip() if 0 < number <= len(self.lines) else ""

    def line_of(self, frame: FrameType | None) -> int:
        """The line at which the answer was, innermost; 0 where it was not running."""
        while frame is not None:
            if frame.f_code.co_filename == self.file:
                return frame.f_lineno
            frame = frame.f_back
        return 0

    def lines_of(self, trace: TracebackType | None) -> list[int]:
        """Those an exception went through, outermost first."""
        return [number for frame, number in traceback.walk_tb(trace) if frame.f_code.co_filename == self.file]


def judged(error: BaseException, answer: Answer, check: Path) -> Verdict:
    """The verdict that an exception out of answer or check amounts to."""
    if isinstance(error, Wrong):
        return Verdict(False, error.sentence, tuple(error.details))
    if isinstance(error, SyntaxError) and error.filename in (answer.file, None) and not answer.ran:
        return _unreadable(error, answer)
    lines = answer.lines_of(error.__traceback__)
    shown = _shown(lines, answer)
    at = f"Line {lines[-1]}" if lines else "Your code"
    if isinstance(error, (Breach, TooMuchPrinted, Missing)):
        return Verdict(False, str(error), shown)
    if isinstance(error, SystemExit):
        return Verdict(False, f"{at} ends the program (`sys.exit` or `exit`): a check needs what follows.", shown)
    if isinstance(error, KeyboardInterrupt):
        return Verdict(False, f"{at} raises KeyboardInterrupt, which is for a person at the keyboard.", shown)
    if isinstance(error, MemoryError) or _is_memory(error):
        return Verdict(False, _memory(error, at), shown)
    if isinstance(error, RecursionError):
        return Verdict(False, f"{at}: a function calls itself without an end.", shown[:2])
    said = _said(error)
    if lines:
        return Verdict(False, f"{at}: {said}", shown)
    return _in_the_check(error, said, check)


def _unreadable(error: SyntaxError, answer: Answer) -> Verdict:
    if not error.lineno:
        return Verdict(False, f"Your file is not Python: {error.msg}.")
    number = error.lineno
    text = answer.lines[number - 1] if 0 < number <= len(answer.lines) else (error.text or "")
    bare = text.strip()
    column = max((error.offset or 1) - 1 - (len(text) - len(text.lstrip())), 0)
    return Verdict(False, f"Line {number} is not Python: {error.msg}.", (f"    {bare}", f"    {' ' * column}^"))


def _in_the_check(error: BaseException, said: str, check: Path) -> Verdict:
    """No line of the answer was running: what it made cannot be used, or the check itself is wrong."""
    frames = traceback.extract_tb(error.__traceback__)
    in_check = [frame for frame in frames if frame.filename == str(check)]
    if in_check and frames[-1].filename != str(check):
        return Verdict(
            False, f"What your code made cannot be used: {said}", (f"    {in_check[-1].line}  (in the check)",)
        )
    where = f"line {in_check[-1].lineno} of check.py" if in_check else "the check"
    return Verdict(False, f"The check itself failed, which is no fault of yours: {where}: {said}", fault=Fault.CHECK)


def _said(error: BaseException) -> str:
    """Class and message, with Python's own suggestion of a name, in one line."""
    try:
        lines = list(traceback.TracebackException.from_exception(error).format_exception_only())
        text = " ".join("".join(lines).split())
    except Exception:  # an exception whose own words fail
        text = type(error).__name__
    if isinstance(error, NameError) and "Did you mean" not in text:  # Python suggests from 3.12 on
        text += _suggested(error)
    return text if len(text) <= MOST else text[: MOST - 1] + "…"


def _suggested(error: NameError) -> str:
    last = list(traceback.walk_tb(error.__traceback__))[-1][0]
    near = nearest(error.name or "", {**last.f_builtins, **last.f_globals, **last.f_locals})
    return f". Did you mean: '{near}'?" if near else ""


def _shown(lines: list[int], answer: Answer) -> tuple[str, ...]:
    unique = list(dict.fromkeys(lines))[-LINES:]
    return tuple(f"    {number}: {answer.line(number)}" for number in unique)


def _is_memory(error: BaseException) -> bool:
    return isinstance(error, RuntimeError) and any(words in str(error) for words in TOO_MUCH_MEMORY)


def _memory(error: BaseException, at: str) -> str:
    most = f"{limits.MEMORY // limits.GB} GB"
    if found := BYTES.search(str(error)):
        number, amount, unit = found.groups()
        asked = f"{int(number) / limits.GB:.1f} GB" if number else f"{amount} {unit.replace('i', '')}"
        return f"{at} asks for {asked} of memory; an exercise may use {most}: is a shape larger than meant?"
    return f"{at} needs more memory than the {most} that an exercise may use: does something grow in a loop?"
