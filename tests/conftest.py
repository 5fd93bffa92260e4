"""What holds for every test: one thread for torch, as tests share out the cores themselves; and Ctrl-C is heard."""

from __future__ import annotations

import os
import signal

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported, here and in every process that a test starts

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a shell's `pytest &`; whatever a test starts would, too
    signal.signal(signal.SIGINT, signal.default_int_handler)
