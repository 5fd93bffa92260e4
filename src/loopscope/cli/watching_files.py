"""The watcher: check the open exercise at each save, and obey single keys. Judges nothing itself.

Files are watched by the system's own notices, keys by the terminal's: nothing here looks again and again.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ..course.exercises import Judge
from . import document, exercising, screen

if TYPE_CHECKING:
    from ..course.exercises import Exercise, LearnersFolder, Verdict

try:
    import termios
    import tty
except ImportError:  # Windows
    termios = tty = None

KEYS = (
    ("n", "next"),
    ("h", "hint"),
    ("l", "list"),
    ("r", "run"),
    ("c", "check all"),
    ("x", "reset"),
    ("s", "solution"),
    ("q", "quit"),
)
SETTLE_MS, STEP_MS = 80, 20
"""An editor writes a file in several steps: so long after the last of them it is read."""
CLEAR = "\x1b[2J\x1b[3J\x1b[H"


@dataclass(frozen=True)
class Pressed:
    """A key."""

    key: str


@dataclass(frozen=True)
class Saved:
    """Files that were written."""

    paths: frozenset[Path]


@dataclass(frozen=True)
class Judged:
    """A verdict on what was written; `turn` says on which save's."""

    turn: int
    verdict: Verdict


class Watcher:
    """One learner at one terminal."""

    def __init__(
        self, learners: LearnersFolder, exercises: list[Exercise], chosen: Exercise | None, as_json: bool = False
    ) -> None:
        self._learners = learners
        self._exercises = exercises
        self._exercise = chosen or learners.next(exercises) or exercises[0]
        self._as_json = as_json
        self._events: asyncio.Queue[Pressed | Saved | Judged] = asyncio.Queue()
        self._out = screen.console()
        self._verdict: Verdict | None = None
        self._turn = 0
        self._checking: asyncio.Task[None] | None = None
        self._background: set[asyncio.Task[Any]] = set()
        self._typed = ""  # digits of the list
        self._sure = ""  # a key that must be pressed twice
        self._keys = False
        self._act: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "n": self._next,
            "h": self._hint,
            "l": self._list,
            "r": self._run,
            "c": self._check_all,
            "x": self._reset,
            "s": self._solution,
        }

    async def watch(self) -> None:
        """Until q, Ctrl-C, or the terminal's end."""
        async with Judge() as self._judge:
            with keys(self._events) as self._keys:
                watching = self._later(self._watch_files())
                await asyncio.sleep(0)  # it runs to its first wait, with the system's watch in place: no save is missed
                try:
                    await self._go_to(self._exercise)
                    while await self._obey(await self._events.get()):
                        if watching.done():
                            watching.result()
                finally:
                    for task in self._background:
                        task.cancel()
                    await asyncio.gather(*self._background, return_exceptions=True)

    async def _watch_files(self) -> None:
        from watchfiles import Change, awatch

        async for changes in awatch(self._learners.path, debounce=SETTLE_MS, step=STEP_MS, watch_filter=_is_answer):
            written = frozenset(Path(path) for change, path in changes if change is not Change.deleted)
            if written:
                self._events.put_nowait(Saved(written))

    async def _obey(self, event: Pressed | Saved | Judged) -> bool:
        """False where that was all."""
        if isinstance(event, Saved):
            await self._saved(event.paths)
        elif isinstance(event, Judged):
            self._told(event)
        elif event.key in ("q", "\x04"):
            return False
        elif event.key.isdecimal() or event.key in ("\r", "\n"):
            await self._numbered(event.key)
        elif event.key in self._act:
            self._sure = event.key if self._sure != event.key else "again"
            self._typed = ""
            await self._act[event.key]()
        return True

    # --- files

    async def _saved(self, paths: frozenset[Path]) -> None:
        here = {self._learners.file(each).resolve(): each for each in self._exercises}
        saved = [here[path.resolve()] for path in paths if path.resolve() in here]
        if not saved:
            return
        chosen = self._exercise if self._exercise in saved else saved[0]
        await self._go_to(chosen)

    async def _go_to(self, exercise: Exercise) -> None:
        """Check it from now on."""
        self._exercise = exercise
        self._verdict = None
        if not self._learners.file(exercise).exists():
            self._learners.lay_out(exercise)
        self._turn += 1
        if self._checking is not None:
            self._checking.cancel()  # what is being checked is an older text
        self._checking = self._later(self._check(self._turn, exercise))
        if not self._as_json and screen.lively(sys.stdout):
            self._draw("checking …")

    async def _check(self, turn: int, exercise: Exercise) -> None:
        verdict = await self._judge.check(exercise, self._learners.code(exercise))
        self._learners.tried(exercise, verdict.passed)
        self._events.put_nowait(Judged(turn, verdict))

    def _told(self, event: Judged) -> None:
        if event.turn != self._turn:
            return
        self._verdict = event.verdict
        if self._as_json:
            self._put({"exercise": self._exercise.key, **event.verdict.plain()})
        else:
            self._draw()

    # --- keys

    async def _next(self) -> None:
        following = self._learners.next(self._exercises, after=self._exercise)
        if following is None:
            self._draw("All exercises are passed.")
        else:
            await self._go_to(following)

    async def _hint(self) -> None:
        if not self._exercise.hints:
            self._draw("This exercise has no hints.")
            return
        hint = self._learners.hint(self._exercise)
        self._draw(legend=False)
        self._out.print()
        exercising.hinted(self._exercise, hint, self._out)
        self._legend()

    async def _list(self) -> None:
        self._clear()
        exercising.listed(self._learners, self._exercises, self._out)
        self._out.print("Type a number and Enter to go there.", style="dim")
        self._legend()

    async def _numbered(self, key: str) -> None:
        if key.isdecimal():
            self._typed = (self._typed + key)[-4:]
            return
        number, self._typed = int(self._typed or 0), ""
        if 0 < number <= len(self._exercises):
            await self._go_to(self._exercises[number - 1])
        elif number:
            self._draw(f"There is no exercise {number}; the list has 1 to {len(self._exercises)}.")
        else:
            self._draw()

    async def _run(self) -> None:
        await self._go_to(self._exercise)

    async def _check_all(self) -> None:
        self._draw(f"checking all {len(self._exercises)} …")
        self._later(self._all())

    async def _all(self) -> None:
        async def one(exercise: Exercise) -> Verdict:
            verdict = await self._judge.check(exercise, self._learners.code(exercise))
            current = self._learners.state.current
            self._learners.tried(exercise, verdict.passed)
            self._learners.work_on(current)
            return verdict

        verdicts = await asyncio.gather(*map(one, self._exercises))
        self._clear()
        exercising.all_checked(self._exercises, verdicts, self._out)
        self._legend()

    async def _reset(self) -> None:
        if self._sure != "again":
            self._draw("Press x once more to put the task back; what you wrote is kept in .kept.")
            return
        self._sure = ""
        self._learners.reset(self._exercise)
        await self._go_to(self._exercise)

    async def _solution(self) -> None:
        from ..course.exercises.folder import NotYet

        try:
            code = self._learners.solution(self._exercise)
        except NotYet as refused:
            self._draw(str(refused))
            return
        self._draw(legend=False)
        self._out.print()
        exercising.solved(code, self._out)
        self._legend()

    # --- the screen

    def _draw(self, note: str = "", legend: bool = True) -> None:
        """The exercise as it stands."""
        if self._as_json:
            return
        self._clear()
        if self._verdict is not None:
            exercising.told(self._learners, self._exercise, self._verdict, self._out)
            if self._verdict.passed:
                self._out.print(self._praise())
        else:
            self._out.print(f"{self._exercise.key}  {self._exercise.title}", style="bold")
        if note:
            self._out.print(note)
        if legend:
            self._legend()

    def _praise(self) -> str:
        found = exercising.rows(self._learners, self._exercises)
        left = "s shows our solution, n goes on." if self._keys else "See loopscope exercises solution, list."
        return f"{exercising.tally(found)}. {left}"

    def _legend(self) -> None:
        """Which keys there are."""
        if self._keys:
            self._out.print()
            self._out.print("  ".join(f"{key} {name}" for key, name in KEYS), style="dim", soft_wrap=True)
        sys.stdout.flush()

    def _clear(self) -> None:
        if screen.lively(sys.stdout):
            sys.stdout.write(CLEAR)
        elif self._turn > 1:
            self._out.print()

    def _put(self, data: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(document.plain(data), ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def _later(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task


@contextlib.contextmanager
def keys(events: asyncio.Queue[Any]) -> Iterator[bool]:
    """Have single keys told, without Enter; False where stdin is no terminal, which is said."""
    if termios is None or tty is None or not _is_terminal():
        names = ", ".join(key for key, _ in KEYS)
        typer.echo(f"stdin is no terminal: the keys {names} are not there. Ctrl-C ends it.", err=True)
        yield False
        return
    with _single_keys(sys.stdin.fileno(), events):
        yield True


@contextlib.contextmanager
def _single_keys(descriptor: int, events: asyncio.Queue[Any]) -> Iterator[None]:
    assert termios is not None and tty is not None
    before, loop = termios.tcgetattr(descriptor), asyncio.get_running_loop()

    def hear() -> None:
        text = os.read(descriptor, 64)
        for key in text.decode(errors="ignore") if text else "\x04":
            events.put_nowait(Pressed(key))
        if not text:
            loop.remove_reader(descriptor)

    def raw(*_: Any) -> None:
        assert termios is not None and tty is not None
        with contextlib.suppress(termios.error):
            tty.setcbreak(descriptor, termios.TCSADRAIN)

    raw()
    loop.add_reader(descriptor, hear)
    loop.add_signal_handler(signal.SIGCONT, raw)  # after Ctrl-Z and fg, the shell has put back its own
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
        loop.remove_signal_handler(signal.SIGCONT)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _is_terminal() -> bool:
    try:
        return os.isatty(sys.stdin.fileno())
    except (AttributeError, ValueError, io.UnsupportedOperation):
        return False


def _is_answer(change: Any, path: str) -> bool:
    return path.endswith(".py") and "/." not in path
