"""A process that sweeps until so many runs are finished, and then kills itself. Arguments: home, plan as JSON, runs."""

from __future__ import annotations

import json
import os
import signal
import sys

from loopscope import sweeps
from loopscope.sweeps import Progress
from loopscope.sweeps.plans import plan_of


def main() -> None:
    home, asked, most = sys.argv[1], plan_of(json.loads(sys.argv[2])), int(sys.argv[3])

    def hear(progress: Progress) -> None:
        if progress.finished >= most:
            os.kill(os.getpid(), signal.SIGKILL)

    sweeps.carried_out(asked, sweeps.begun(asked, home), on_progress=hear)


if __name__ == "__main__":
    main()
