"""How much an answer may take: processor time, time on the clock, memory, files. Knows no exercise."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

try:
    import resource
except ImportError:  # Windows: the clock alone
    resource = None

GB, MB = 2**30, 2**20
PROCESSOR_S = 3
"""Of processor time, after PyTorch is there."""
CLOCK_S = 10.0
"""In all: an answer may share its processor with others, or sleep."""
GRACE_S = 1.0
"""After which a process that does not end when told is killed."""
MEMORY = 1 * GB
"""Beyond what the process has when the answer begins."""
RESERVE = 256 * MB
"""Beyond that, for telling that it was too much."""
FILE = 16 * MB
PRINTED = 1 * MB
PROCESSES = 16

Frame = FrameType | None


def begin(out_of_time: Callable[[bool, Frame], None]) -> None:
    """Limit this process from now on. `out_of_time` hears whether it was processor time, and where it was."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + PROCESSOR_S
    signal.signal(signal.SIGXCPU, lambda _, frame: out_of_time(True, frame))
    signal.signal(signal.SIGALRM, lambda _, frame: out_of_time(False, frame))
    _set(resource.RLIMIT_CPU, seconds, seconds + 1)
    signal.setitimer(signal.ITIMER_REAL, CLOCK_S)
    _set(resource.RLIMIT_FSIZE, FILE, FILE)
    _set(resource.RLIMIT_CORE, 0, 0)
    if (size := _address_space()) is not None:
        _set(resource.RLIMIT_AS, size + MEMORY, size + MEMORY + RESERVE)


def end() -> None:
    """Time does not count any more, and there is some memory again: there is still a verdict to write."""
    if resource is None:
        return
    for number in (signal.SIGXCPU, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 0)
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _, most = resource.getrlimit(kind)
        _set(kind, most, most)


def _set(kind: int, soft: int, hard: int) -> None:
    assert resource is not None
    _, most = resource.getrlimit(kind)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of address space
        resource.setrlimit(kind, (soft, hard))


def _address_space() -> int | None:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
