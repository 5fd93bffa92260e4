"""`python -m loopscope.worker --home DIR`: one live session on stdin and stdout. Never sees HTTP or a browser."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .pipes import Inbox, Outbox, own_pipes

SWITCH_S = 0.001
"""How long the training thread may keep the one that reads commands waiting."""


def main() -> None:
    """Say `ready` once torch is imported, then obey until stdin ends."""
    parser = argparse.ArgumentParser(prog="python -m loopscope.worker")
    parser.add_argument("--home", type=Path, required=True, help="folder of the record")
    home = parser.parse_args().home
    stdin, stdout = own_pipes()
    sys.setswitchinterval(SWITCH_S)

    from ..engines.telling import versions
    from ..store import Store
    from .limits import LIMITS
    from .session import Session

    outbox = Outbox(stdout)
    warm_up()
    with Store.open(home) as store:
        outbox.send("ready", versions=versions(), limits=LIMITS)
        Session(Inbox(stdin), outbox, store).run()


def warm_up() -> None:
    """Take one step of something small: much of torch and scikit-learn is imported at its first use only."""
    from ..engines.live import Live
    from ..experiment import Experiment
    from ..instruments import DEFAULT, make

    live = Live(Experiment())
    live.step()
    live.measure(make(DEFAULT))


if __name__ == "__main__":
    main()
