"""What is printed and how wide: consoles, numbers, tables, the next command. Knows no command and no run."""

from __future__ import annotations

import math
import os
import shlex
import sys
import time
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

WIDEST = 100  # columns; beyond, lines are harder to read, not easier


def console(stream: IO[str] | None = None) -> Console:
    """Where to print. Without colour where NO_COLOR is set, `stream` is no terminal, or the terminal is dumb."""
    from rich.console import Console

    place: IO[str] = sys.stdout if stream is None else stream
    plain = bool(os.environ.get("NO_COLOR")) or not lively(place)
    made = Console(
        file=place,
        color_system=None if plain else "auto",
        force_terminal=False if plain else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    made.width = min(made.width, WIDEST)
    made.on_broken_pipe = _raise_again
    return made


def _raise_again() -> None:
    """In place of Rich's own answer to a broken pipe, which ends the program in the midst of a training."""
    raise


def lively(stream: IO[str]) -> bool:
    """Whether a line on it can be drawn over: a terminal, and not a dumb one."""
    return stream.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def speaks_unicode(stream: IO[str]) -> bool:
    """Whether Braille dots, blocks and middle dots can be written to it."""
    try:
        "⠿━·×".encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def number(value: float | None, digits: int = 4) -> str:
    """So many digits that count, always as many, so that a column of them lines up: 0.06300, 12.30, 1.230e-05."""
    if value is None:
        return ""
    if not math.isfinite(value):
        return str(float(value))  # nan and inf, as PyTorch prints them
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 10**digits:
        return f"{value:#.{digits}g}".rstrip(".")
    return f"{value:,.0f}" if 1 <= abs(value) < 1e6 else f"{value:.{digits - 1}e}"


def score(value: float) -> str:
    """Accuracy, R² and the like with three decimals, 0.970; what is far off (an R² of -3e49), short."""
    return f"{value:.3f}" if abs(value) < 1000 else number(value, digits=3)


def seconds(value: float) -> str:
    """A duration as one would say it: 0.42 s, 12.3 s, 4:05, 1:02:03."""
    if value < 60:
        return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"
    hours, rest = divmod(round(value), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def count(number: int, one: str, many: str = "") -> str:
    """`1 row`, `280 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def flowing(out: Console, head: str, parts: Iterable[str]) -> None:
    """Print a title and parts with dots between them, broken only between parts, continued lines set in."""
    from rich.text import Text

    dot = " · " if speaks_unicode(out.file) else " - "
    text, column = Text(head, style="bold"), len(head)
    for part in parts:
        if column + len(dot) + len(part) <= out.width:
            text.append(dot, style="dim not bold").append(part, style="not bold")
            column += len(dot) + len(part)
        else:
            text.append(f"\n  {part}", style="not bold")
            column = 2 + len(part)
    out.print(text, soft_wrap=True)


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], left: int = 1) -> Any:
    """A table without rules: words to the left (the first `left` columns), numbers to the right."""
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_header=any(head))
    for index, name in enumerate(head):
        grid.add_column(name, justify="left" if index < left else "right", overflow="fold")
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, str) else str(cell) for cell in row))
    return grid


def next_commands(out: Console, *commands: Sequence[str], home: Path | None = None) -> None:
    """The commands worth typing now, each on its own line and whole, so that it can be copied.

    `home` is the folder that was asked for, if any: what is suggested must look there, too.
    """
    from rich.text import Text

    where = () if home is None else ("--home", str(home))
    for index, words in enumerate(commands):
        text = Text("next  " if index == 0 else "      ", style="dim")
        out.print(text.append(shlex.join(["loopscope", *words, *where]), style="bold"), soft_wrap=True)


def handle(run: str) -> str:
    """The end of a run's id: quick to type, and understood wherever a run is asked for."""
    return run.rpartition("-")[2]


def when(moment: float) -> str:
    """A time (seconds since the epoch) on the clock of this place."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))
