"""How it is said that another process is gone. Ends none and waits for none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch.distributed as dist

from ...errors import LoopscopeError


class WorkerLost(LoopscopeError):
    """Another process of the run ended or stopped answering, so that no batch can be completed; `rank` where known."""

    exit_code = 1

    def __init__(self, text: str, rank: int | None = None) -> None:
        super().__init__(text)
        self.rank = rank


GONE = "another worker is gone"
SILENT = "another worker has not answered"
ENDED = "another worker ended, or all were told to"


@contextmanager
def lost_in_words(step: int = 0) -> Iterator[None]:
    """Turn what the collectives raise about a peer into `WorkerLost`; what else is raised stays as it is."""
    try:
        yield
    except RuntimeError as error:
        what = reason(error)
        if not what:
            raise
        raise WorkerLost(sentence(what)) from error


def sentence(what: str) -> str:
    """What is told of a run that lost a process, and recorded as its end."""
    return f"{what}; what was recorded is kept, and train --resume goes on with it"


def reason(error: RuntimeError) -> str:
    """What a collective's error says of a peer; "" where the error is about something else.

    Gloo raises plain `RuntimeError`s, which only their words tell from others.
    """
    text = str(error).lower()
    if not isinstance(error, dist.DistError) and "gloo" not in text and "connection" not in text:
        return ""
    return SILENT if "timed out" in text or "timeout" in text else GONE
