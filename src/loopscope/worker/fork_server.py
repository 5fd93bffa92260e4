"""`python -m loopscope.worker.fork_server FD`: imports torch once, and forks a process whenever it is asked to.

Importing PyTorch and scikit-learn takes seconds, forking a process that has them milliseconds. It computes nothing and
starts no thread of its own, because neither survives a fork. Linux only.

On the socket FD: one request a message, a JSON array `[number, module, arguments…]`, with three descriptors beside it:
the new process's stdin, stdout and stderr. On stdout, one JSON array a line: `["born", number, pid]`, and
`["left", pid, exit code]`, negative for a signal. It ends with the socket, and its children go on.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import traceback
from importlib import import_module

IMPORTED = (
    "torch._dynamo",  # PyTorch's optimizers import it at their first step
    "sklearn.datasets",
    "sklearn.preprocessing",
    "loopscope.worker.session",
    "loopscope.worker.errands",
)
MODULES = ("loopscope.worker", "loopscope.worker.errands", "loopscope.worker.tiling")
"""What may be asked for."""

REQUEST_BYTES = 2**16
QUIET = {"OPENBLAS_NUM_THREADS": "1", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"}
"""No threads of NumPy's; and whether there is a GPU is found out without CUDA, which a forked process could not use."""


def main() -> None:
    """Import, then fork until the socket ends."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    woken, waker = socket.socketpair()
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    gc.disable()  # looking for garbage among what is imported would take a fifth of the time
    for module in IMPORTED:
        import_module(module)
    gc.freeze()  # and it is not looked through later, so that its memory stays shared
    gc.enable()
    with selectors.DefaultSelector() as ready:
        ready.register(requests, selectors.EVENT_READ)
        ready.register(woken, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is woken:
                    woken.recv(REQUEST_BYTES)
                    _bury()
                elif not _bear(requests, (ready, woken, waker)):
                    return


def _bear(requests: socket.socket, ours: tuple[selectors.BaseSelector | socket.socket, ...]) -> bool:
    """Fork as asked; False where nobody will ask any more. What is `ours` is closed in the child."""
    request, descriptors, _, _ = socket.recv_fds(requests, REQUEST_BYTES, 3)
    if not request:
        return False
    number, module, *arguments = json.loads(request)
    told, telling = os.pipe()
    pid = os.fork()
    if pid == 0:
        for each in (requests, *ours):
            each.close()
        os.close(telling)
        os.read(told, 1)  # not a word before its birth is told
        os.close(told)
        _live(module, arguments, descriptors)
    _say("born", number, pid)
    for descriptor in (told, telling, *descriptors):
        os.close(descriptor)
    return True


def _live(module: str, arguments: list[str], descriptors: list[int]) -> None:
    """Be that module's process, as if it had been started by itself. Never returns."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        for standard, descriptor in enumerate(descriptors):
            os.dup2(descriptor, standard)
            os.close(descriptor)
        assert module in MODULES, module
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _bury() -> None:
    """Tell of every child that has ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say("left", pid, os.waitstatus_to_exitcode(status))


def _say(*what: str | int) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
