"""Judge an answer in a process of its own and say how it ended. Sees no torch, prints nothing."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import astuple, replace
from pathlib import Path
from types import TracebackType

from . import limits, verdict
from .endings import sentence_of_end
from .finding import Exercise
from .guard import END
from .limits import Times
from .verdict import Fault, Verdict

FORKING = sys.platform == "linux"
"""Elsewhere a fork of what has imported much is forbidden or unsafe, and each answer waits for PyTorch."""
IMPORT_S = 60.0
"""How long PyTorch may take where it is imported for each answer."""
CODE_BYTES = 2**20
USUAL = Times()
QUIET = {
    "CUDA_VISIBLE_DEVICES": "",  # the same verdict on every machine, and nothing that a fork could not use
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUTF8": "1",
}


class Judge:
    """Keeps one process prepared. `async with Judge() as judge: verdict = await judge.check(exercise, code)`.

    Several checks may run at once; more than there are processors wait for their turn. For one event loop.
    """

    def __init__(self, forking: bool = FORKING, at_once: int | None = None, times: Times = USUAL) -> None:
        self._times = times
        self._prepared = _Prepared() if forking else None
        self._turn = asyncio.Semaphore(at_once or os.cpu_count() or 1)

    async def __aenter__(self) -> Judge:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def prepare(self) -> None:
        """Have PyTorch imported now rather than at the first check."""
        if self._prepared is not None:
            await self._prepared.ready()

    async def check(self, exercise: Exercise, code: str, seed: int = 0) -> Verdict:
        """Judge what a learner wrote. Never raises for anything that it does.

        `seed` is of every random generator in the judged process: no answer should depend on it.
        """
        if len(code) > CODE_BYTES:
            return Verdict(False, "Your file is longer than 1 MB: has something been pasted into it by mistake?")
        async with self._turn:
            if self._prepared is not None:
                await self._prepared.ready()
            folder = Path(tempfile.mkdtemp(prefix="loopscope-exercise-")).resolve()
            try:
                _lay_out(folder, exercise, code, seed, self._times)
                began = time.perf_counter()
                lost = await (self._prepared.run(folder) if self._prepared is not None else _alone(folder))
                return replace(_verdict(folder, lost), seconds=time.perf_counter() - began)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    async def close(self) -> None:
        """End everything."""
        if self._prepared is not None:
            await self._prepared.close()


class _Prepared:
    """The process that forks judged ones; begun when needed, and again where an answer has ended it."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._is_ready: asyncio.Future[None] | None = None
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[bool]] = {}
        self._turn = asyncio.Lock()

    async def ready(self) -> None:
        async with self._turn:
            if self._process is None:
                await self._begin()
        assert self._is_ready is not None
        await asyncio.shield(self._is_ready)

    async def run(self, folder: Path) -> bool:
        """Have that folder's answer judged; whether the prepared process was lost over it."""
        await self.ready()
        number = next(self._numbers)
        ended = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._ask("judge", number, str(folder))
        try:
            return await ended
        except asyncio.CancelledError:
            self._ask("end", number)
            raise

    def _ask(self, *what: str | int) -> None:
        if self._process is not None:  # else `_hear` has told everybody so
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(what).encode() + b"\n")

    async def close(self) -> None:
        if self._process is None or self._hearing is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()  # it ends what it has forked, and then itself
        await self._hearing

    async def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        self._is_ready = loop.create_future()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", f"{__package__}.prepared"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={**os.environ, **QUIET},
            start_new_session=True,
        )
        self._hearing = loop.create_task(self._hear(self._process, self._is_ready))

    async def _hear(self, process: Process, is_ready: asyncio.Future[None]) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            what = json.loads(line)[0]
            if what == "ready":
                is_ready.set_result(None)
            elif what in self._waiting:
                self._tell(what, False)
        await process.wait()
        self._process = None
        if not is_ready.done():
            is_ready.set_result(None)
        for number in list(self._waiting):
            self._tell(number, True)

    def _tell(self, number: int, lost: bool) -> None:
        ended = self._waiting.pop(number)
        if not ended.done():  # nobody waits for one that was cancelled
            ended.set_result(lost)


async def _alone(folder: Path) -> bool:
    """A process of its own, for PyTorch as well."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"{__package__}.judged", str(folder)),
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
        env={**os.environ, **QUIET},
        start_new_session=True,
    )
    late = False
    try:
        await asyncio.wait_for(process.wait(), IMPORT_S + limits.MOST_S)
    except TimeoutError:
        late = True
    finally:
        _end_group(process)
    told = {"code": await process.wait(), "late": late, "left": []}
    (folder / END).write_text(json.dumps(told), encoding="utf-8")
    return False


def _end_group(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        elif process.returncode is None:
            process.kill()


def _lay_out(folder: Path, exercise: Exercise, code: str, seed: int, times: Times) -> None:
    """`room/NAME.py` to run in, the exercise's `files/` beside it, and what is asked."""
    room = folder / "room"
    files = exercise.folder / "files"
    if files.is_dir():
        shutil.copytree(files, room)
    room.mkdir(exist_ok=True)
    (room / f"{exercise.name}.py").write_text(code, encoding="utf-8", errors="replace")
    asked = {"name": exercise.name, "check": str(exercise.check.resolve()), "seed": seed, "times": astuple(times)}
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")


def _verdict(folder: Path, lost: bool) -> Verdict:
    """What the judged process said, unless how it ended says more."""
    said = verdict.read(folder)
    try:
        end = json.loads((folder / END).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        end = None
    told = sentence_of_end(end, lost, said is not None)
    if said is None:
        return Verdict(False, told)
    if told and not said.passed:  # it is wrong anyway, and that comes first
        return replace(said, details=(*said.details, told))
    return replace(said, passed=False, sentence=told, fault=Fault.ANSWER) if told else said
