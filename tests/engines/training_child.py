"""A process that trains, or goes on with a run, until it is killed. Arguments: home, experiment as JSON or "", run."""

from __future__ import annotations

import json
import os
import signal
import sys

from loopscope import engines
from loopscope.engines import checkpoints
from loopscope.events import Event, StepEnded
from loopscope.experiment import validate

checkpoints.EVERY_S, checkpoints.SHARE = 0.02, 1.0


def main() -> None:
    """The last argument is the step after which it kills itself; as suddenly as any other would."""
    home, asked, run, last = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])

    def hear(event: Event) -> None:
        if isinstance(event, StepEnded) and event.step == last:
            os.kill(os.getpid(), signal.SIGKILL)

    if run:
        engines.resume(run, home=home, on_event=hear)
    else:
        engines.train(validate(json.loads(asked)), home=home, on_event=hear)


if __name__ == "__main__":
    main()
