"""End a process with the one that started it, which may be ended too suddenly to say so. Knows no training."""

from __future__ import annotations

import ctypes
import signal
import sys

ASK_FOR_A_SIGNAL = 1
"""prctl(2), PR_SET_PDEATHSIG."""


def end_with_parent() -> None:
    """Have the system send SIGTERM to this process when its parent ends; Linux alone does so, elsewhere it lives on."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(ASK_FOR_A_SIGNAL, signal.SIGTERM, 0, 0, 0)
