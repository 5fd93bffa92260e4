"""One judged process and everything it starts: wait for it, end it in time, leave nothing of it. Linux only.

The guard stands between the judged process and the prepared one, so that an answer that ends its parent ends no more
than its guard.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from . import limits

END = "end.json"
SUBREAPER, DEATH_SIGNAL = 36, 1  # prctl(2)
QUIET_S = 0.3
"""How long processes may take to end by themselves after the one that started them."""


def guard(folder: Path, live: Callable[[], None]) -> None:
    """Fork `live`, see it to its end, and leave in `folder` how it ended. Never returns."""
    prctl(SUBREAPER, 1)
    prctl(DEATH_SIGNAL, signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    pid = os.fork()
    if pid == 0:
        os.setsid()
        prctl(DEATH_SIGNAL, signal.SIGKILL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        live()
        os._exit(0)
    deadline = time.monotonic() + limits.MOST_S
    status = _wait(pid, deadline)
    late = status is None
    if status is None:
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    left = _clear()
    told = {"code": os.waitstatus_to_exitcode(status), "late": late, "left": left}
    (folder / END).write_text(json.dumps(told), encoding="utf-8")
    os._exit(0)


def prctl(what: int, value: int) -> None:
    """prctl(2), which Python does not have."""
    ctypes.CDLL(None).prctl(what, value, 0, 0, 0)


def children() -> list[int]:
    """Of this process, orphans that it took over among them."""
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()]
    except OSError:  # a kernel without CONFIG_PROC_CHILDREN
        return [int(each.name) for each in Path("/proc").glob("[0-9]*") if _parent(each) == os.getpid()]


def kill_all() -> None:
    """End every child, and theirs, which become ours as they lose their parent."""
    while True:
        for pid in children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _wait(pid: int, deadline: float) -> int | None:
    """Its status; None where it still lives at the deadline. Buries others that end meanwhile."""
    while True:
        while True:
            ended, status = os.waitpid(-1, os.WNOHANG)
            if ended == pid:
                return status
            if ended == 0:
                break
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        signal.sigtimedwait({signal.SIGCHLD}, left)


def _clear() -> list[str]:
    """End what is left after a moment, and say what it was."""
    deadline = time.monotonic() + QUIET_S
    while (left := _alive()) and (wait := deadline - time.monotonic()) > 0:
        signal.sigtimedwait({signal.SIGCHLD}, wait)
    names = [_command(pid) for pid in left]
    kill_all()
    return names


def _alive() -> list[int]:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return children()


def _command(pid: int) -> str:
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return "a process"
    return "a copy of itself" if "prepared" in line else line[:80]


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
    except OSError:
        return -1
