"""What is printed about exercises: verdicts, lists, hints, proofs. Judges nothing, waits for nobody."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import screen

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ..course.exercises import Exercise, LearnersFolder, Verdict
    from ..course.exercises.dev_check import Checked
    from ..course.exercises.folder import Hint

PICTURES = ".pictures"
PRINTED_LINES = 10


def begun(learners: LearnersFolder, new: int, there: int) -> None:
    """After `init`."""
    out = screen.console()
    kept = f"; {there} were there already and stay as they are" if there else ""
    out.print(f"{screen.count(new, 'exercise')} laid out in {_near(learners.path)}{kept}.")
    where = () if learners.path.name == "loopscope-exercises" else ("--dir", str(learners.path))
    screen.next_commands(out, ("exercises", "watch", *where), ("exercises", "list", *where))


def told(learners: LearnersFolder, exercise: Exercise, verdict: Verdict, out: Console | None = None) -> None:
    """A verdict: what it is about, the sentence, its lines, what was printed, where the pictures are."""
    out = out or screen.console()
    out.print(_headed(exercise))
    out.print(verdict_line(verdict))
    for line in verdict.details:
        out.print(line, style="dim", soft_wrap=True)
    if verdict.printed.strip():
        _print_printed(out, verdict.printed)
    for what, path in pictures(learners, exercise, verdict).items():
        if path is not None:
            out.print(f"{what:<7} {_near(path)}", soft_wrap=True)
    if not verdict.passed and str(verdict.fault) != "check":
        out.print(f"file    {_near(learners.file(exercise))}", soft_wrap=True)


def verdict_line(verdict: Verdict) -> Table:
    """`passed` or `not yet`, and the sentence beside it, continued lines set in."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=7)
    grid.add_column(overflow="fold")
    mark, style = ("passed", "bold green") if verdict.passed else ("not yet", "bold red")
    grid.add_row(Text(mark, style=style), Text("" if verdict.passed else verdict.sentence))
    return grid


def what_next(learners: LearnersFolder, exercises: Sequence[Exercise], exercise: Exercise, verdict: Verdict) -> None:
    """The commands worth typing after a verdict."""
    out = screen.console()
    if not verdict.passed:
        if exercise.hints:
            screen.next_commands(out, ("exercises", "hint", exercise.key))
        return
    following = learners.next(exercises, after=exercise)
    commands = [("exercises", "run", following.key)] if following is not None else []
    screen.next_commands(out, ("exercises", "solution", exercise.key), *commands)


def pictures(learners: LearnersFolder, exercise: Exercise, verdict: Verdict) -> dict[str, Path | None]:
    """Write the verdict's pictures as PNG files into the learner's folder, and say where; take older ones away."""
    found: dict[str, Path | None] = {}
    folder = learners.path / PICTURES / exercise.post
    for name, data in (("yours", verdict.yours), ("wanted", verdict.wanted)):
        path = folder / f"{exercise.name}-{name}.png"
        if data is not None:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        else:
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
        found[name] = path if data is not None else None
    return found


def hinted(exercise: Exercise, hint: Hint, out: Console | None = None) -> None:
    """A hint, with its grade."""
    from rich.markdown import Markdown

    out = out or screen.console()
    out.print(f"Hint {hint.grade} of {hint.of}, the {hint.called.lower()}, for {exercise.key}", style="bold")
    out.print(Markdown(hint.text, code_theme="ansi_dark", hyperlinks=False))


def rows(learners: LearnersFolder, exercises: Iterable[Exercise]) -> list[dict[str, Any]]:
    """One a line of `list --json`."""
    state = learners.state
    found: list[dict[str, Any]] = []
    for each in exercises:
        done = state.of(each.key)
        found.append(
            {
                "exercise": each.key,
                "title": each.title,
                "passed": done.passed_at is not None,
                "passed_at": done.passed_at,
                "tries": done.tries,
                "hinted": done.hinted,
                "current": each.key == state.current,
                "file": learners.file(each),
            }
        )
    return found


def listed(learners: LearnersFolder, exercises: Sequence[Exercise], out: Console | None = None) -> None:
    """The list, numbered: a word says what is passed, so that it needs no colour."""
    out = out or screen.console()
    found = rows(learners, exercises)
    lines = [(str(n), _state(row), row["exercise"], row["title"]) for n, row in enumerate(found, 1)]
    out.print(screen.table(("#", "", "exercise", "what is done"), lines, left=4))
    out.print(tally(found))


def tally(found: Sequence[Mapping[str, Any]]) -> str:
    """`3 of 14 passed`."""
    return f"{sum(row['passed'] for row in found)} of {len(found)} passed"


def was_reset(learners: LearnersFolder, exercise: Exercise, kept: Path | None) -> None:
    """After `reset`."""
    out = screen.console()
    out.print(f"{_near(learners.file(exercise))} is the task again.", soft_wrap=True)
    if kept is not None:
        out.print(f"What you had written is kept in {_near(kept)}.", soft_wrap=True)


def solved(code: str, out: Console | None = None) -> None:
    """A solution, coloured on a terminal, and as it stands elsewhere."""
    out = out or screen.console()
    if not out.is_terminal:
        out.print(code.rstrip("\n"), soft_wrap=True)
        return
    from rich.syntax import Syntax

    out.print(Syntax(code.rstrip("\n"), "python", theme="ansi_dark", background_color="default", word_wrap=True))


def progress_line(of: int) -> Callable[[Exercise, Verdict], None]:
    """Tells on stderr, on a terminal alone, how many are checked."""
    done = 0

    def tell(exercise: Exercise, verdict: Verdict) -> None:
        nonlocal done
        done += 1
        if screen.lively(sys.stderr):
            sys.stderr.write(f"\r\x1b[Kchecked {done} of {of}" + ("\r\x1b[K" if done == of else ""))
            sys.stderr.flush()

    return tell


def all_checked(exercises: Sequence[Exercise], verdicts: Sequence[Verdict], out: Console | None = None) -> None:
    """After `check-all`: a line an exercise."""
    out = out or screen.console()
    lines = [
        ("passed" if verdict.passed else "not yet", each.key, "" if verdict.passed else verdict.sentence)
        for each, verdict in zip(exercises, verdicts, strict=True)
    ]
    out.print(screen.table(("", "exercise", ""), lines, left=3))
    out.print(f"{sum(verdict.passed for verdict in verdicts)} of {len(verdicts)} passed")


def proved(each: Checked) -> None:
    """One exercise of `dev check`, as soon as it is done."""
    out = screen.console()
    mark = "ok" if not each.flaws else screen.count(len(each.flaws), "flaw")
    out.print(f"{each.exercise.key:<28} {mark:<8} {each.files:>2} files, slowest {each.slowest:.2f} s")
    for flaw in each.flaws:
        out.print(f"  {flaw.file}: {flaw.says}", soft_wrap=True)


def all_proved(done: Sequence[Checked]) -> None:
    """The end of `dev check`."""
    flaws = sum(len(each.flaws) for each in done)
    files = sum(each.files for each in done)
    found = "no flaws" if not flaws else screen.count(flaws, "flaw")
    screen.console().print(f"{screen.count(len(done), 'exercise')}, {screen.count(files, 'file')}, {found}")


def _headed(exercise: Exercise) -> Text:
    from rich.text import Text

    return Text(exercise.key, style="bold").append(f"  {exercise.title}", style="not bold")


def _print_printed(out: Console, printed: str) -> None:
    lines = printed.rstrip("\n").splitlines()
    if len(lines) > PRINTED_LINES:
        lines = [*lines[:PRINTED_LINES], f"… ({len(lines) - PRINTED_LINES} more lines)"]
    out.print("printed", style="dim")
    for line in lines:
        out.print(f"    {_harmless(line)}", soft_wrap=True)


def _harmless(line: str) -> str:
    """Without what would drive the terminal."""
    return "".join(c if c.isprintable() or c == "\t" else "�" for c in line[:200])


def _state(row: Mapping[str, Any]) -> str:
    return "passed" if row["passed"] else "now" if row["current"] else ""


def _near(path: Path) -> str:
    """As one would type it from here."""
    with suppress(ValueError):
        return str(path.absolute().relative_to(Path.cwd()))
    return str(path)
