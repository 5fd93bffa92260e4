"""`python -m loopscope.course.exercises.prepared`: import PyTorch once, then fork a judged process at each request.

Importing PyTorch takes seconds, forking a process that has it milliseconds. It computes nothing and starts no thread of
its own, because neither survives a fork. Linux only.

On stdin one JSON array a line: `["judge", number, folder]`, the folder as `judged` wants it, and `["end", number]`
where nobody wants to know any more. On stdout: `["ready"]` once, then `[number]` when that one and all it started have
ended. It ends with stdin, and everything with it.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from . import guard

REQUEST_BYTES = 2**16


def main() -> None:
    """Import, then fork until stdin ends."""
    import_module("loopscope.course.exercises.judged").import_all()
    gc.collect()
    gc.freeze()  # it is not looked through in the children, so that its memory stays shared
    guard.prctl(guard.SUBREAPER, 1)
    Prepared().serve()


class Prepared:
    """The process that has everything imported."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}  # pid of a guard → number of its request
        self._woken, waker = socket.socketpair()
        self._woken.setblocking(False)
        waker.setblocking(False)
        self._waker = waker
        self._rest = b""

    def serve(self) -> None:
        """Answer until nobody asks any more."""
        signal.set_wakeup_fd(self._waker.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us
        _say("ready")
        with selectors.DefaultSelector() as ready:
            ready.register(0, selectors.EVENT_READ)
            ready.register(self._woken, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    if key.fd != 0:
                        self._bury()
                    elif not self._hear():
                        guard.kill_all()
                        return

    def _hear(self) -> bool:
        """Take requests; False where there will be none."""
        told = os.read(0, REQUEST_BYTES)
        if not told:
            return False
        *lines, self._rest = (self._rest + told).split(b"\n")
        for line in lines:
            what, number, *folder = json.loads(line)
            if what == "judge":
                self._numbers[self._fork(Path(*folder))] = number
            else:
                self._end(number)
        return True

    def _end(self, number: int) -> None:
        """End a guard; what it guards dies with it."""
        for pid, each in self._numbers.items():
            if each == number:
                os.kill(pid, signal.SIGKILL)  # not buried yet, so the number is still its own

    def _fork(self, folder: Path) -> int:
        pid = os.fork()
        if pid == 0:
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                self._woken.close()
                self._waker.close()
                for standard, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY)):  # nobody talks to whoever asked for us
                    os.dup2(os.open(os.devnull, mode), standard)
                judged = import_module("loopscope.course.exercises.judged")
                guard.guard(folder, lambda: judged.live(folder))
            finally:
                os._exit(1)
        return pid

    def _bury(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(REQUEST_BYTES)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            number = self._numbers.pop(pid, None)
            if status or number is None:  # a guard died before what it guarded, which now is our child
                self._end_strangers()
            if number is not None:
                _say(number)

    def _end_strangers(self) -> None:
        for pid in guard.children():
            if pid not in self._numbers:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _say(*what: str | int) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
