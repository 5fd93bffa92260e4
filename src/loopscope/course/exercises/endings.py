"""How a judged process ended, in one sentence. Knows neither the answer nor the exercise."""

from __future__ import annotations

import signal
from typing import Any

from . import limits

PARENT = "Your code ended the process that judges it: leave other processes alone."
NO_END = (
    f"Your code did not come to an end within {limits.MOST_S:.0f} s and was ended: "
    "is there a loop, or a wait, without an end?"
)
TIMES = {-signal.SIGXCPU, -signal.SIGALRM} if hasattr(signal, "SIGXCPU") else set[int]()


def sentence_of_end(end: dict[str, Any] | None, lost: bool, said: bool) -> str:
    """Empty where the end says nothing beyond the verdict, which was `said` or not."""
    if end is None or lost:
        return PARENT
    left, code = end["left"], int(end["code"])
    if left:
        these = "a process" if len(left) == 1 else f"{len(left)} processes"
        it = "it was" if len(left) == 1 else "they were"
        return f"Your code left {these} running ({left[0]}), and {it} ended: wait for what you start."
    if said:
        return ""
    if end["late"] or code in TIMES or code == -signal.SIGTERM.value:
        return NO_END
    if code == -9:
        return (
            "Your code was ended from outside: one call took all of its processor time, or it took more memory than "
            "there is, or it ended itself."
        )
    if code < 0:
        return f"Your code brought Python down ({_named(-code)}); it ends in the midst of a call."
    return f"Your code ended its own process (exit code {code}): take `os._exit` out."


def _named(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
