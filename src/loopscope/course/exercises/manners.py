"""What an answer must not do to its surroundings, refused as it tries. A guard against mistakes, not against malice.

Python tells an audit hook of what is about to happen (PEP 578): an exception out of the hook stops it.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import limits


class Breach(BaseException):
    """Something that is not done. No `Exception`, so that an answer's `except Exception` lets it through."""


class Manners:
    """Watches one answer: `file` is the copy that runs, `room` the folder that it may write to.

    `breaches` keeps each one, since a bare `except` may swallow it.
    """

    def __init__(self, file: Path, room: Path) -> None:
        self.breaches: list[Breach] = []
        self._file = str(file)
        self._room = str(room)
        self._started = 0
        self._forked = False
        self._watching = False
        self._library = sysconfig.get_paths()["stdlib"]
        self._events: dict[str, Callable[..., str]] = {
            "builtins.input": lambda *_: "`input()` waits for a person, and nobody sits at a check: use a fixed value.",
            "os.kill": self._kill,
            "os.killpg": self._kill_group,
            "os.fork": self._start,
            "os.forkpty": self._start,
            "subprocess.Popen": self._start,
            "os.remove": self._remove,
            "os.rmdir": self._remove,
            "os.rename": self._remove,
            "shutil.rmtree": self._remove,
            "os.truncate": self._remove,
            "open": self._open,
            "socket.connect": self._connect,
            "socket.getaddrinfo": self._look_up,
        }

    def begin(self) -> None:
        """Watch, until `end`."""
        self._watching = True
        sys.addaudithook(self._hear)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._is_a_child)

    def end(self) -> None:
        """The answer is over: what follows is ours."""
        self._watching = False

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._watching or event not in self._events:
            return
        self._watching = False  # what is looked up in order to judge is not judged
        try:
            said = self._events[event](*arguments)
        finally:
            self._watching = True
        if said:
            self.breaches.append(Breach(said))
            raise self.breaches[-1]

    def _is_a_child(self) -> None:
        self._forked = True

    def _kill(self, pid: int, *_: Any) -> str:
        if pid == os.getpid() or (pid > 0 and _parent(pid) == os.getpid()):
            return ""
        whose = "its parent" if pid == os.getppid() else f"process {pid}"
        return f"`os.kill` would end {whose}, which is not the answer's own: leave other processes alone."

    def _kill_group(self, group: int, *_: Any) -> str:
        return "" if group in (0, os.getpgrp()) else "`os.killpg` would end processes that are not the answer's own."

    def _start(self, *_: Any) -> str:
        self._started += 1
        if self._forked or self._started > limits.PROCESSES:
            return f"Your code starts more than {limits.PROCESSES} processes: does it start them in a loop?"
        return ""

    def _remove(self, path: Any, *_: Any) -> str:
        if not self._asked_by_the_answer():
            return ""
        path = _absolute(path)
        if path == self._file:
            return "Your code deletes its own file: only a copy was at stake, but take that line out."
        return "" if self._is_mine(path) else f"Your code deletes or moves {path}, which is not in its own folder."

    def _open(self, path: Any, mode: Any, flags: int) -> str:
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        if not writes or isinstance(path, int) or not self._asked_by_the_answer():
            return ""
        path = _absolute(path)
        return "" if self._is_mine(path) else f"Your code writes to {path}, which is not in its own folder."

    def _is_mine(self, path: str) -> bool:
        return path.startswith((self._room + os.sep, "/dev/", "/proc/self/")) or "pymp-" in path

    def _connect(self, _: Any, address: Any) -> str:
        if not isinstance(address, tuple) or str(address[0]) in ("127.0.0.1", "::1", "localhost"):
            return ""
        return f"Your code connects to {address[0]}: an exercise needs no network."

    def _look_up(self, host: Any, *_: Any) -> str:
        if host in (None, "", "localhost", "127.0.0.1", "::1", b"localhost"):
            return ""
        host = host.decode(errors="replace") if isinstance(host, bytes) else host
        return f"Your code asks the network for {host}: an exercise needs no network."

    def _asked_by_the_answer(self) -> bool:
        """Whether the answer itself opens the file, be it through the standard library."""
        frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
        while frame is not None:
            name = frame.f_code.co_filename
            if name == self._file:
                return True
            ours = name == __file__
            library = name.startswith((self._library, "<frozen")) and "site-packages" not in name
            if not (ours or library):
                return False
            frame = frame.f_back
        return False


def _absolute(path: Any) -> str:
    try:
        return str(Path(os.fsdecode(path)).absolute())
    except (TypeError, ValueError):
        return str(path)


def _parent(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return -1
    return int(text.rpartition(")")[2].split()[1])
