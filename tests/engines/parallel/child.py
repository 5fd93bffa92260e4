"""`child.py WORKERS JSON` starts workers, each of which does what the JSON says: home, asked or run, killed."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from loopscope.engines import checkpoints, parallel
from loopscope.engines.parallel.job import SharedJob
from loopscope.experiment import validate

checkpoints.EVERY_S, checkpoints.SHARE = 0.02, 1.0
PATIENCE_S = 150.0
LAUNCHER = -1


def work(
    home: str, asked: dict[str, Any] | None, run: str = "", killed: tuple[int, int] | None = None, always: bool = False
) -> None:
    """`killed` is a worker and the step in whose beginning it ends, as suddenly as any other process would; of worker
    `LAUNCHER`, it is the launcher that the first worker ends.

    With `always`, there is a checkpoint after every step.
    """
    if always:
        checkpoints.EVERY_S, checkpoints.SHARE = 0.0, float("inf")
    place = parallel.world_here()
    assert place is not None
    if killed and place.rank == max(killed[0], 0):
        _end_in(killed[1], os.getppid() if killed[0] == LAUNCHER else os.getpid())
    if run:
        parallel.resume(run, home=home, patience_s=PATIENCE_S)
    else:
        parallel.train(validate(asked or {}), home=home, patience_s=PATIENCE_S)


def _end_in(step: int, process: int) -> None:
    begin = SharedJob._take_share

    def ending(self: SharedJob, state: Any, seen: int) -> int:
        if state.step == step:
            os.kill(process, signal.SIGKILL)
        return begin(self, state, seen)

    SharedJob._take_share = ending  # type: ignore[method-assign]


if __name__ == "__main__":
    if parallel.world_here() is None:
        sys.exit(parallel.launch(int(sys.argv[1]), sys.argv[1:], [__file__]))
    work(**json.loads(sys.argv[2]))
