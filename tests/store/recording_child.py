"""A process that records until it is killed, and notes outside the record what it did and when.

Arguments: the database, the run's id, the log. A log line is `step time committed_step`, written by the system call
itself, so that it survives the kill; it is written after the step was handed over.
"""

from __future__ import annotations

import os
import sys
import time

import numpy as np

from loopscope.events import Measured, RunStarted, StepEnded
from loopscope.store import Store

STEPS_A_BURST = 10


def record(database: str, run: str, log: int) -> None:
    writer = Store.open(database).writer(RunStarted(run, "killed", time.time()))
    print("ready", flush=True)
    step = 0
    while True:
        for _ in range(STEPS_A_BURST):
            step += 1
            writer.append(StepEnded(step, step // 100, step * 32, 1.0 / step, 0.0, 0.1))
            writer.append(Measured(step, "surface", {"mean": step / 7}, {"grid": np.full((8, 8), step, np.float32)}))
        os.write(log, f"{step} {time.monotonic()} {writer.committed_step}\n".encode())
        time.sleep(0.002)  # the rest of a training step: without it the record outgrows what can be checked


if __name__ == "__main__":
    record(sys.argv[1], sys.argv[2], os.open(sys.argv[3], os.O_WRONLY | os.O_CREAT | os.O_APPEND))
