"""`loopscope watch SCRIPT.py ARGS`: run somebody's script as Python would, and record its loop. Never edits the script.

Nothing heavy is imported before the script does it; the recorder attaches when torch has been loaded.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import mistake
from .after_import import AfterImport
from .code_in_texts import CodeInTexts
from .main_module import NamedModule, Program, ScriptFile, end_by_interrupt, exit_code_of

if TYPE_CHECKING:
    from ..instruments import Instrument
    from .output import Sink
    from .recording import Recording


def run_script(
    script: str,
    argv: list[str],
    *,
    module: bool = False,
    name: str | None = None,
    home: str | os.PathLike[str] | None = None,
    instruments: str | Iterable[str | Instrument] | Mapping[str, Any] | None = None,
    every: str | int | None = None,
    sink: Sink | None = None,
    quiet: bool = False,
) -> int:
    """Run `python SCRIPT ARGV…` (with `module`, `python -m SCRIPT ARGV…`) and record it; the exit code is its own.

    Its output, exceptions, `sys.argv`, `__main__`, standard input and Ctrl-C are as without us; at the end one line on
    stderr says where the record is, or why there is none (`quiet`: no line). The other arguments are those of `watch`.
    The process is the script's from here on: `__main__`, `sys.argv` and `sys.path[0]` are not put back.

    Raises `UserMistake` before the script has begun: no such script or module, not Python, an unknown instrument,
    a home that cannot be written.
    """
    program: Program = NamedModule(script) if module else ScriptFile(script)
    _checked(instruments, every)
    options = {"instruments": instruments, "every": every, "sink": sink}
    facts = {"script": script, "arguments": list(argv)}
    watcher = _Watcher(name or program.name, _home(home), options, facts)
    ending = _Ending()
    waiting = AfterImport("torch", watcher.attach)
    waiting.install()
    error = _run(program, argv)
    if isinstance(error, KeyboardInterrupt):
        ending.by_interrupt()
    code = exit_code_of(error)
    if ending.elsewhere:
        return code
    _wait_for_threads()
    waiting.remove()
    with ending.ours():
        words = watcher.finish(error)
        if not quiet:
            _say(f"loopscope: {words}\n")
    return code


class _Ending:
    """How this process is to end. Made before the script runs, so that its exit functions come before ours."""

    def __init__(self) -> None:
        self._interrupted = False
        self._texts = CodeInTexts()
        self._process = os.getpid()
        atexit.register(self._at_exit)

    @property
    def elsewhere(self) -> bool:
        """Whether this is a copy made by os.fork that came to the script's end: the run is not its own."""
        return os.getpid() != self._process

    def by_interrupt(self) -> None:
        """The script did not catch a Ctrl-C."""
        self._interrupted = True
        self._texts.listen()

    @contextlib.contextmanager
    def ours(self) -> Generator[None, None, None]:
        """What is done within is not the script's doing."""
        self._texts.cease()
        yield
        if self._interrupted:
            self._texts.listen()

    def _at_exit(self) -> None:
        if self._interrupted and os.name == "posix":
            end_by_interrupt(forgotten=self._texts.heard)


class _Watcher:
    """The recorder's side: attached once torch is there, told of the end, asked for a line about it."""

    def __init__(self, name: str, home: Path, options: dict[str, Any], facts: dict[str, Any]) -> None:
        self._name = name
        self._home = home
        self._where = _short(home)  # by now: at the end, the folder that the script stands in may be gone
        self._options = options
        self._facts = facts
        self._recording: Recording | None = None
        self._failure = ""

    def attach(self) -> None:
        """Torch has just been imported by the script."""
        try:
            from .watching import recording_of_all

            self._recording = recording_of_all(self._name, self._home, self._facts, **self._options)
            self._recording.begin()
        except Exception as error:  # the script must not notice
            self._failure = f"{type(error).__name__}: {error}"

    def finish(self, error: BaseException | None) -> str:
        """End the recording; what there is to say."""
        recording = self._recording
        if self._failure:
            return f"nothing was recorded: {self._failure}"
        if recording is None:
            return "nothing was recorded: the script did not import torch"
        if not recording.has_begun:
            recording.abandon()
            why = "no optimizer took a step, and no weights were changed after a backward"
            return f"nothing was recorded: {'see above' if recording.broken else why}"
        from ..store.files import home_option
        from .endings import ending_of

        recording.end(*ending_of(error))
        if recording.broken and not recording.kept_steps:
            return "no step was recorded: see above"
        only = "only the first " if recording.broken else ""
        look = f"loopscope show {recording.run}{home_option(Path(self._where))}"
        where = "" if self._options.get("sink") else f" in {self._where}; see: {look}"
        return f"{only}{recording.kept_steps:,} steps of {recording.name} recorded{where}"


def _run(program: Program, argv: list[str]) -> BaseException | None:
    try:
        program.run(argv)
    except BaseException as error:
        return error
    return None


def _say(words: str) -> None:
    """Our one line on stderr, if the script has left one open."""
    with contextlib.suppress(AttributeError, ValueError, OSError):  # None, closed, or nobody at the other end
        sys.stderr.write(words)


def _wait_for_threads() -> None:
    """Python itself waits here: threads that are no daemons may still be training.

    As Python does, pools are told first that there is no more to do; else their workers would wait for ever. They
    bear to be told twice.
    """
    for tell in reversed(getattr(threading, "_threading_atexits", [])):
        tell()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()


def _home(given: str | os.PathLike[str] | None) -> Path:
    """As `runs.home_folder`, which would load NumPy before the script does. Raises `UserMistake` if not writable."""
    home = Path(given or os.environ.get("LOOPSCOPE_HOME") or ".loopscope").absolute()  # the script may change folders
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise mistake("home", str(home), "a folder that you may write to", "Try --home DIR, or set LOOPSCOPE_HOME.")
    return home


def _checked(instruments: Any, every: Any) -> None:
    """Raise for what is misspelt before the script runs; only then torch is loaded ahead of it."""
    if instruments is not None or every is not None:
        from .watching import chosen_instruments

        chosen_instruments(instruments, every)


def _short(home: Path) -> str:
    here = Path.cwd()
    return str(home.relative_to(here) if home.is_relative_to(here) else home)
