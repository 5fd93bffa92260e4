"""Train a sweep's stacks on a Ray cluster: one started for it on this machine, or one that is there. Keeps no file.

A stack whose process or machine is lost is trained again elsewhere; only a stack that has ended gives rows, and gives
them once. Rows come back to whoever asked, so nothing is written on the cluster.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..errors import LoopscopeError, UserMistake, mistake
from .book import Row
from .training import Heard, Task, Where, trained

LOCAL = "ray"
REMOTE = "ray://"
ANSWER_S = 5.0
"""For whoever should be at an address to take a connection; Ray itself would try for half a minute."""

RETRIES = 3
TOKEN = Path.home() / ".ray" / "auth_token"


def on_ray(address: str, workers: int | None = None, train: Callable[[Task], list[Row]] = trained) -> Where:
    """Where to train: `ray` (a cluster of `workers` processes on this machine, all cores if None) or `ray://HOST:PORT`.

    Raises `UserMistake` where Ray is not installed, or nobody answers at the address.
    """
    ray = _imported(address)
    if address != LOCAL:
        _require_answer(address)
    count = workers or os.cpu_count() or 1

    def on_cluster(tasks: Sequence[Task], heard: Heard) -> Iterator[tuple[Task, list[Row]]]:
        with _connected(ray, address, count):
            yield from _ended(ray, train, tasks)

    return Where(on_cluster, count)


def _ended(ray: Any, train: Callable[[Task], list[Row]], tasks: Sequence[Task]) -> Iterator[tuple[Task, list[Row]]]:
    remote = ray.remote(num_cpus=1, max_retries=RETRIES)(train)
    under_way = {remote.remote(task): task for task in tasks}
    try:
        while under_way:
            ended, _ = ray.wait(list(under_way), num_returns=1)
            for reference in ended:
                yield under_way[reference], _rows(ray, reference)
                del under_way[reference]
    finally:
        for reference in under_way:
            ray.cancel(reference, force=True)


def _rows(ray: Any, reference: Any) -> list[Row]:
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, UserMistake):
            raise error.cause from None
        raise LoopscopeError(f"a stack failed on the cluster: {error.cause!r}") from error
    except ray.exceptions.RayError as error:
        what = f"a stack was lost {RETRIES + 1} times on the cluster ({type(error).__name__})"
        raise LoopscopeError(f"{what}. What was finished is kept: go on with --resume.") from error


@contextmanager
def _connected(ray: Any, address: str, count: int) -> Iterator[None]:
    quiet: dict[str, Any] = {"logging_level": "error", "log_to_driver": False}
    if address == LOCAL:
        # "local": one of its own, also where another runs on this machine
        ray.init("local", num_cpus=count, include_dashboard=False, **quiet)
    else:
        _enter(ray, address, quiet)
    try:
        yield
    finally:
        ray.shutdown()


def _enter(ray: Any, address: str, quiet: dict[str, Any]) -> None:
    try:
        ray.init(address, **quiet)
    except ConnectionError as error:
        problem = f"What listens there let nobody in ({error}). Where it is Ray, set RAY_AUTH_TOKEN: ray get-auth-token"
        raise mistake("--on", address, "a Ray cluster that this person may use", problem) from None


def _imported(address: str) -> Any:
    """Ray reads its settings when it is imported."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would tell its makers of every cluster
    if address != LOCAL and TOKEN.exists():  # clusters ask for it, but clients send it only where they are told to
        os.environ.setdefault("RAY_AUTH_MODE", "token")
    try:
        import ray
    except ImportError:
        raise mistake("--on", address, "local, as Ray is not installed", "pip install 'loopscope[ray]'") from None
    return ray


def _require_answer(address: str) -> None:
    place = urlsplit(address)
    try:
        host, port = place.hostname, place.port
    except ValueError:
        host = port = None
    if not address.startswith(REMOTE) or not host or not port:
        raise mistake("--on", address, "local, ray, or ray://HOST:PORT", "Try --on ray")
    try:
        socket.create_connection((host, port), timeout=ANSWER_S).close()
    except OSError as error:
        problem = f"Nobody answers there ({error.strerror or error}). Start a cluster, or use --on ray."
        raise mistake("--on", address, "an address where a Ray cluster listens", problem) from None
    if not _speaks_grpc(f"{host}:{port}"):
        problem = f"What listens there did not answer as Ray does in {ANSWER_S:g} s. Try port 10001, Ray's usual one."
        raise mistake("--on", address, "an address where a Ray cluster listens", problem)


def _speaks_grpc(place: str) -> bool:
    """Whether it answers as Ray's own transport does; Ray would wait for that for half a minute."""
    if os.environ.get("RAY_USE_TLS") == "1":  # which needs Ray's own certificates
        return True
    import grpc

    with grpc.insecure_channel(place, options=[("grpc.enable_http_proxy", 0)]) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=ANSWER_S)
        except grpc.FutureTimeoutError:
            return False
    return True
