"""`loopscope watch SCRIPT.py ARGS`: run somebody's script as Python would, and record its loop. Never edits the script.

Nothing heavy is imported before the script does it; the recorder attaches when torch has been loaded.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import mistake
from .after_import import AfterImport
from .main_module import INTERRUPTED, NamedModule, Program, ScriptFile, end_by_interrupt, exit_code_of

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
    watcher = _Watcher(program.name, home, instruments, every, sink, {"script": script, "arguments": list(argv)})
    waiting = AfterImport("torch", watcher.attach)
    interrupted: list[bool] = []
    # registered before anything the script registers, so that it runs after it
    atexit.register(lambda: end_by_interrupt() if interrupted and os.name == "posix" else None)
    process = os.getpid()
    waiting.install()
    error = _run(program, argv)
    code = exit_code_of(error)
    if os.getpid() != process:
        return code  # a copy made by os.fork came to the script's end as well; the run is not its own
    _wait_for_threads()
    waiting.remove()
    words = watcher.finish(error, name)
    if not quiet:
        sys.stderr.write(f"loopscope: {words}\n")
    if code == INTERRUPTED and isinstance(error, KeyboardInterrupt):
        interrupted.append(True)
    return code
