"""Start the processes of a run on this machine, as torchrun does, and wait for them. Knows no experiment."""

from __future__ import annotations

import logging
import os
import signal
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from torch.distributed.elastic.multiprocessing.api import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.launcher.api import LaunchConfig, elastic_launch

from .lost import WorkerLost, sentence

HERE = "127.0.0.1"


PROGRAM = ("-Pm", "loopscope")  # -P: no module of the folder one stands in takes the place of one of theirs


def launch(workers: int, words: Sequence[str], program: Sequence[str] = PROGRAM) -> int:
    """Run `loopscope WORDS`, or another Python program, in so many processes that find each other on this machine.

    Gives the first one's exit code. Raises `WorkerLost` where one was ended by a signal, which says which one.
    """
    with _surroundings(workers):
        try:
            elastic_launch(_config(workers), sys.executable)(*program, *words)
        except ChildFailedError as error:
            codes = {failure.local_rank: failure.exitcode for failure in error.failures.values()}
            return _code_of(codes, error.get_first_failure()[1].local_rank)
        except SignalException as error:
            return 128 + error.sigval
    return 0


def _config(workers: int) -> LaunchConfig:
    return LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=workers,
        run_id=uuid.uuid4().hex,
        rdzv_backend="c10d",
        rdzv_endpoint=f"{HERE}:0",  # any free port
        max_restarts=0,  # a run is taken up by --resume, once somebody has seen why it ended
        local_addr=HERE,
    )


def _code_of(codes: dict[int, int], first: int) -> int:
    """The exit code of the first worker, or of whoever ended first; one that a signal ended could not say so itself."""
    code = codes.get(first, 0)
    if code < 0:
        raise WorkerLost(sentence(f"worker {first} was ended by {signal.Signals(-code).name}"), first)
    return codes.get(0, code) if codes.get(0, code) > 0 else code


@contextmanager
def _surroundings(workers: int) -> Iterator[None]:
    """Threads for each so that all cores are used once, and none of torchrun's own reports, which name our files."""
    loopback = {"GLOO_SOCKET_IFNAME": "lo"} if sys.platform == "linux" else {}
    wanted = {"OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // workers)), **loopback}
    added = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(added)
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        for name in added:
            del os.environ[name]
