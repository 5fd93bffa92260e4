"""What holds for every test: one thread for torch, since the tests already share out the cores among themselves."""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported, here and in every process that a test starts
