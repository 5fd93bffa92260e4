"""How much an answer may take: processor time, time on the clock, memory, files. Knows no exercise."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

try:
    import resource
except ImportError:  # Windows: the clock alone
    resource = None

GB, MB = 2**30, 2**20
MOST_S = 60.0
"""On the clock, whatever happens: a process that does not end when told is killed."""
MEMORY = 1 * GB
"""Beyond what the process has when the answer begins."""
RESERVE = 256 * MB
"""Beyond that, for telling that it was too much."""
FILE = 16 * MB
PRINTED = 1 * MB
PROCESSES = 16
SLACK_S = 0.1

Frame = FrameType | None


@dataclass(frozen=True)
class Times:
    """How long an answer may take."""

    processor_s: int = 3
    """Of processor time, after PyTorch is there."""
    idle_s: float = 10.0
    """Without computing: to sleep, to wait for others. A processor that others keep busy is not its fault."""


def begin(times: Times, out_of_time: Callable[[bool, Frame], None]) -> None:
    """Limit this process from now on. `out_of_time` hears whether it was processor time, and where it was."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + times.processor_s
    idle_at_first = _idle()

    def clock(_: int, frame: Frame) -> None:
        left = times.idle_s - (_idle() - idle_at_first)
        if left > SLACK_S:
            signal.setitimer(signal.ITIMER_REAL, left)
        else:
            out_of_time(False, frame)

    signal.signal(signal.SIGXCPU, lambda _, frame: out_of_time(True, frame))
    signal.signal(signal.SIGALRM, clock)
    _set(resource.RLIMIT_CPU, seconds, seconds + 1)
    signal.setitimer(signal.ITIMER_REAL, times.idle_s)
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


def _idle() -> float:
    """Seconds on the clock in which this process neither computed nor stood in line for a processor.

    /proc/self/schedstat: nanoseconds on a processor, nanoseconds in line (Linux, Documentation/scheduler/sched-stats).
    """
    try:
        on, in_line = map(int, Path("/proc/self/schedstat").read_text(encoding="ascii").split()[:2])
    except (OSError, ValueError):
        on, in_line = time.process_time_ns(), 0
    return time.monotonic() - (on + in_line) / 1e9


def _address_space() -> int | None:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
