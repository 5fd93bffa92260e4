"""Run a file or a module as `python` itself would: `__main__`, `sys.argv`, `sys.path`, exit code. Records nothing."""

from __future__ import annotations

import builtins
import importlib.machinery
import os
import runpy
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Protocol

from ..errors import mistake, nearest
from .traces import without_ours

INTERRUPTED = 130
"""What a shell reports for a process that SIGINT ended."""


class Program(Protocol):
    """Something to be run as `__main__`."""

    name: str

    def run(self, argv: list[str]) -> None:
        """Run it to its end. Whatever it raises comes out."""
        ...


class ScriptFile:
    """As `python FILE` would. Raises `UserMistake` where there is no Python in that file."""

    def __init__(self, path: str) -> None:
        self.given = path
        self.path = os.path.abspath(path)  # noqa: PTH100 - links stay, as in Python's own __file__
        self.name = Path(path).stem
        self._source = _source_of(path)

    def run(self, argv: list[str]) -> None:
        main = _become_main([self.given, *argv], os.path.dirname(os.path.realpath(self.given)))  # noqa: PTH120
        main.__file__ = self.path
        main.__loader__ = importlib.machinery.SourceFileLoader("__main__", self.path)
        vars(main)["__cached__"] = None
        try:
            exec(compile(self._source, self.path, "exec", dont_inherit=True), vars(main))  # noqa: S102
        finally:
            _flush()  # Python does so here, before it prints a traceback


class NamedModule:
    """As `python -m NAME` would. Raises `UserMistake` where its first part cannot be found."""

    def __init__(self, name: str) -> None:
        self.name = name.rpartition(".")[2]
        self._module = name
        top = name.partition(".")[0]
        if importlib.machinery.PathFinder.find_spec(top, [str(Path.cwd()), *sys.path]) is None:
            raise mistake("module", name, "a module that Python finds here", "Run it in the folder that holds it.")

    def run(self, argv: list[str]) -> None:
        _become_main(["-m", *argv], str(Path.cwd()))
        # private, but it is what `python -m` calls; runpy.run_module would leave other frames in a traceback
        runpy._run_module_as_main(self._module)  # pyright: ignore[reportAttributeAccessIssue]


def exit_code_of(error: BaseException | None) -> int:
    """The exit code that Python gives a program which ended so, once the error is printed as Python prints it."""
    if error is None:
        return 0
    if isinstance(error, SystemExit):
        return _exit_code(error.code)
    trace = without_ours(error)
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, trace
    sys.excepthook(type(error), error, trace)
    return INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1


def end_by_interrupt(forgotten: bool) -> None:
    """End as Python ends after an unanswered Ctrl-C: by the signal itself, so that a shell's loop stops as well.

    Where Python has `forgotten` the interrupt meanwhile, it ends with code 1.
    """
    if "logging" in sys.modules:
        sys.modules["logging"].shutdown()  # its own exit function would come after this one
    _flush()
    if forgotten:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)


def _exit_code(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code
    print(code, file=sys.stderr)  # noqa: T201 - as Python does for sys.exit("words")
    return 1


def _become_main(argv: list[str], first_path: str) -> ModuleType:
    main = ModuleType("__main__")
    vars(main).update(__builtins__=builtins, __annotations__={})
    sys.modules["__main__"] = main
    sys.argv = argv
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0:1] = [first_path]
    sys.excepthook = sys.__excepthook__  # a command line may have put a prettier one there
    return main


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            continue  # closed by the script, or nobody reads it


def _source_of(given: str) -> bytes:
    path = Path(given)
    if path.is_dir():
        raise mistake("script", given, "a Python file", f"For a package, try: loopscope watch -m {path.name}")
    if path.suffix == ".ipynb":
        raise mistake("script", given, "a Python file", "In a notebook, write: with loopscope.watch(model, optimizer):")
    try:
        source = path.read_bytes()
    except FileNotFoundError:
        raise mistake("script", given, "a Python file that exists", _neighbour(path)) from None
    except OSError as error:
        raise mistake("script", given, "a file that can be read", f"{error.strerror}.") from None
    if not _may_be_python(source, given):
        raise mistake("script", given, "a Python file", "Its content is not Python.")
    return source


def _may_be_python(source: bytes, path: str) -> bool:
    if b"\0" in source:
        return False
    if path.endswith((".py", ".pyw")):
        return True  # a mistake in its syntax is shown as Python shows it
    try:
        compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _neighbour(path: Path) -> str:
    try:
        names = [file.name for file in path.parent.glob("*.py")]
    except OSError:
        names = []
    near = nearest(path.name, names)
    return f'Did you mean "{path.parent / near}"?' if near else "Look at the path."
